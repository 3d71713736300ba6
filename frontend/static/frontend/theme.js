// Light or dark as chosen on this device. It stands in the head and is no module: the page must not flash first.
// A cookie keeps it: signing out clears what else the browser stored, and how a page looks tells nothing of anybody.
(() => {
  const root = document.documentElement
  const chosen = () => document.cookie.split("; ").find((part) => part.startsWith("theme="))?.slice("theme=".length) ?? ""
  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme
    else delete root.dataset.theme
  }
  show(chosen())

  document.addEventListener("DOMContentLoaded", () => {
    const choice = document.querySelector("[data-theme-choice]")
    if (!choice) return
    choice.hidden = false
    for (const radio of choice.querySelectorAll("input")) radio.checked = radio.value === chosen()
    choice.addEventListener("change", ({ target }) => {
      show(target.value)
      const only = location.protocol === "https:" ? "; secure" : ""
      document.cookie = `theme=${target.value}; path=/; max-age=31536000; samesite=lax${only}`
    })
  })
})()
