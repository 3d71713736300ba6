// Tells the server the browser's time zone, so that days begin where the person lives.
for (const field of document.querySelectorAll("input[data-zone]")) {
  if (!field.value) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? ""
}
