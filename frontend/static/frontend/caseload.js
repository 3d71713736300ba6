// Keys for the caseload, and what is said when its list changes in place. Without this module every link works as it is.
const OFF = "caseload-keys"
const people = () => [...document.querySelectorAll("[data-person]")]
const typing = (element) => element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName)

let off = false
try {
  off = localStorage.getItem(OFF) === "off"
} catch {
  // storage is closed to us: keys are on
}

function arrange() {
  const line = document.querySelector("[data-keys]")
  if (!line) return
  line.hidden = false
  line.querySelector("[data-keys-on]").hidden = off
  line.querySelector("[data-keys-switch]").textContent = off ? "Turn keys on" : "Turn keys off"
}

function move(step) {
  const links = people()
  const at = links.findIndex((link) => link.closest("tr").contains(document.activeElement))
  const next = links[at < 0 ? (step > 0 ? 0 : -1) : at + step]
  next?.focus()
  next?.closest("tr").scrollIntoView({ block: "nearest" })
  return next !== undefined
}

document.addEventListener("keydown", (event) => {
  if (off || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (typing(event.target) || document.querySelector("dialog[open]")) return
  const inside = event.target.closest("[data-people] tbody") !== null // elsewhere the arrows scroll, as they always do
  const keys = { j: 1, k: -1, ...(inside ? { ArrowDown: 1, ArrowUp: -1 } : {}) }
  const find = document.getElementById("find")
  if (event.key === "/" && find) {
    find.focus()
    find.select()
  } else if (!(event.key in keys) || !move(keys[event.key])) return
  event.preventDefault()
})

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-keys-switch]")) return
  off = !off
  try {
    localStorage.setItem(OFF, off ? "off" : "on")
  } catch {
    // not kept, and still so until the next page
  }
  arrange()
})

document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event
  if (detail.target.id !== "caseload" || detail.serverResponse.includes('id="caseload"')) return
  event.preventDefault() // another page (signed out meanwhile): go there
  location.assign(detail.pathInfo.finalRequestPath ?? location.href)
})

document.addEventListener("htmx:afterSettle", () => {
  arrange()
  const said = document.getElementById("caseload-said")
  const list = document.querySelector("#caseload caption, #caseload .empty h2")
  if (said && list) said.textContent = `${people().length} people shown. ${list.textContent}`
})

arrange()
