// Passkeys: the browser signs what the server asks for, and the form carries the answer.

whenShown("[data-passkey]", (button) => {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    const form = button.form;
    const wanted = button.dataset.options ? JSON.parse(button.dataset.options) : await (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
    const isNew = button.dataset.passkey === "create";
    const passwordless = form.elements.namedItem("passwordless");
    const options = (wanted.creation_options ?? wanted.request_options ?? wanted).publicKey;
    if (isNew && passwordless) {
      const isWanted = passwordless.checked;
      options.authenticatorSelection = { ...options.authenticatorSelection, residentKey: isWanted ? "required" : "discouraged", requireResidentKey: isWanted, ...(isWanted && { userVerification: "required" }) };
    }
    try {
      const credential = isNew
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.namedItem("credential").value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      toast(button.dataset.wordRefused);
    }
  });
});
