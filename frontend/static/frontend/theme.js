// Light or dark as chosen on this device. It stands in the head and is no module: the page must not flash first.
(() => {
  const root = document.documentElement
  const chosen = () => {
    try {
      return localStorage.getItem("theme") ?? ""
    } catch {
      return "" // storage is closed to us: the device's own setting holds
    }
  }
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
      try {
        localStorage.setItem("theme", target.value)
      } catch {
        // not kept, and still shown until the next page
      }
    })
  })
})()
