// Draws the schema. It asks nobody but this server: the validator that Swagger UI would ask elsewhere is off.
const place = document.getElementById("docs");

SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  docExpansion: "none", // of more than about a hundred operations it draws the first groups alone
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.headers["X-CSRFToken"] = place.dataset.csrf; // for who is signed in here and tries a change
    return request;
  },
});
