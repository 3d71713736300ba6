// A question opens over the page; without script, or when anything goes wrong, its link leads to a page of its own.
async function question(href) {
  const response = await fetch(href, { credentials: "same-origin", headers: { Accept: "text/html" } })
  if (!response.ok || response.redirected) return null
  const page = new DOMParser().parseFromString(await response.text(), "text/html")
  return page.querySelector("[data-ask]")
}

function open(asked, href) {
  const dialog = document.createElement("dialog")
  dialog.className = "dialog"
  const heading = asked.querySelector("h1")
  heading.id = "dialog-ask"
  dialog.setAttribute("aria-labelledby", heading.id)
  for (const form of asked.querySelectorAll("form:not([action])")) form.setAttribute("action", href)
  dialog.append(...asked.childNodes)
  dialog.addEventListener("close", () => dialog.remove())
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close() // the dark around it
    if (event.target.closest("[data-close]")) {
      event.preventDefault()
      dialog.close()
    }
  })
  document.body.append(dialog)
  window.htmx?.process(dialog)
  dialog.querySelector("[data-close]")?.setAttribute("autofocus", "") // Enter by mistake then changes nothing
  dialog.showModal()
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-dialog]")
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  try {
    const asked = await question(link.href)
    if (asked) return open(asked, link.href)
  } catch {
    // the page of its own says what is wrong
  }
  location.assign(link.href)
})
