// People's words stay in the form until the server has them: no connection, a fault or a sign-out loses nothing.
const OFFLINE = "No connection. Your words are kept on this page; try again in a moment."
const FAULT = "That did not save, and it is our fault. Your words are still in the box."
const REFUSED = "That did not save. Your words are still in the box."
const CHANGED = "This was changed meanwhile, so nothing is saved yet. Your words are still here."
const SIGNED_OUT = "You were signed out to keep this private. Your words are still here."
const HELP = 'id="help"' // the help that answers when saving the PHQ-9 fails
const KEPT = "data-words-kept" // a page for browsers without script; here the form holds the words itself
const BOTH = "data-both" // a page that holds her words and the newer version side by side

const signIn = document.querySelector('meta[name="careteam-sign-in"]').content

function say(element, words, ...more) {
  const place = element.closest("form, dialog") ?? document.querySelector(".main")
  place.querySelector("[data-said]")?.remove()
  const said = document.createElement("div")
  said.className = "alert attn"
  said.dataset.said = ""
  said.setAttribute("role", "alert")
  const line = document.createElement("p")
  line.append(words, ...more)
  said.append(line)
  place.append(said)
  said.scrollIntoView({ block: "nearest" })
}

function elsewhere(href, words) {
  const link = document.createElement("a")
  link.href = href
  link.target = "_blank"
  link.textContent = words
  return link
}
const signInElsewhere = () => [" ", elsewhere(signIn, "Sign in on another tab"), ", come back here and save again."]
const newest = () => [" ", elsewhere(location.href, "See the newest version on another tab"), " before you save yours."]

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1)
const writes = (detail) => detail.requestConfig.verb !== "get"

document.addEventListener("submit", (event) => {
  if (event.target.method === "post" && navigator.onLine === false) {
    event.preventDefault()
    event.stopPropagation() // so that htmx does not try either
    say(event.target, OFFLINE)
  }
}, true)

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = cookie("csrftoken")
  if (detail.verb === "get" || !token) return
  detail.headers["X-CSRFToken"] = token
  // Signing in again in another tab changed the token; the one in the cookie is always good.
  if (detail.formData.has("csrfmiddlewaretoken")) detail.formData.set("csrfmiddlewaretoken", token)
})

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  target.closest("form, dialog")?.querySelector("[data-said]")?.remove()
})

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr, requestConfig } = detail
  const at = xhr.responseURL && new URL(xhr.responseURL).pathname
  if (at === signIn && writes(detail)) {
    detail.shouldSwap = false
    say(requestConfig.elt, SIGNED_OUT, ...signInElsewhere())
  } else if (xhr.status === 409 && detail.serverResponse.includes(BOTH)) {
    detail.shouldSwap = true
    detail.isError = false
  } else if (xhr.status === 503) {
    detail.shouldSwap = detail.serverResponse.includes(HELP) // a stranger's page (a proxy's) must not replace the words
    detail.target = detail.serverResponse.includes("<body") ? document.body : document.getElementById("main")
  }
})

document.addEventListener("htmx:responseError", ({ detail }) => {
  const { xhr, requestConfig } = detail
  if (xhr.status === 503 && xhr.response.includes(HELP)) return
  if (xhr.status === 409 || xhr.status === 412) say(requestConfig.elt, CHANGED, ...newest())
  else if (xhr.status === 403 && xhr.response.includes(KEPT)) say(requestConfig.elt, SIGNED_OUT, ...signInElsewhere())
  else if (xhr.status === 401 || xhr.status === 403) say(requestConfig.elt, REFUSED, ...signInElsewhere())
  else say(requestConfig.elt, xhr.status >= 500 ? FAULT : REFUSED)
})

for (const lost of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(lost, ({ detail }) => say(detail.requestConfig.elt, OFFLINE))
}

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const first = detail.target.querySelector("[data-errors]") ?? (detail.xhr?.status === 503 && document.getElementById("help"))
  if (first) first.focus()
  else if (detail.target === document.body) document.getElementById("main")?.focus({ preventScroll: true })
})
