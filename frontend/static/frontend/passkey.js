// Offers passkeys where the browser knows them, and says in words when one was not used.
const bare = /^[\d.]+$|:/.test(location.hostname) // passkeys belong to names, never to bare addresses such as 127.0.0.1
const supported = "PublicKeyCredential" in window && !bare
for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !supported
for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = supported

document.addEventListener("allauth.error", (event) => {
  event.preventDefault()
  const said = document.querySelector("[data-passkey-said]")
  const known = event.detail.exception?.name === "InvalidStateError"
  said.textContent = known
    ? "This device already has a passkey for your account."
    : "No passkey was used. Try again, or choose another way."
  said.hidden = false
})
