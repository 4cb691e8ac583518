// Passkeys: the browser signs what the server asks for, and the form carries the answer.

const canUsePasskeys = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);
let offer = null; // the quiet question behind the e-mail field; a pressed button takes it over, for only the last one asked counts

const wantedOf = async (button) => {
  const wanted = button.dataset.options ? JSON.parse(button.dataset.options) : await (await fetch(button.form.action, { headers: { Accept: "application/json" } })).json();
  return (wanted.creation_options ?? wanted.request_options ?? wanted).publicKey;
};

const carry = (form, credential) => {
  form.elements.namedItem("credential").value = JSON.stringify(credential.toJSON());
  form.submit();
};

const create = (form, options) => {
  const passwordless = form.elements.namedItem("passwordless");
  if (passwordless) {
    const isWanted = passwordless.checked;
    options.authenticatorSelection = { ...options.authenticatorSelection, residentKey: isWanted ? "required" : "discouraged", requireResidentKey: isWanted, ...(isWanted && { userVerification: "required" }) };
  }
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
};

const request = (options, more = {}) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options), ...more });

whenShown("[data-passkey]", (button) => {
  if (!canUsePasskeys) return;
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    offer?.quiet.abort();
    try {
      const options = await (offer?.options ?? wantedOf(button));
      carry(button.form, button.dataset.passkey === "create" ? await create(button.form, options) : await request(options));
    } catch {
      toast(button.dataset.wordRefused);
    }
  });
});

// On the sign-in page the browser lists passkeys among what it fills into the e-mail field.
whenShown("[data-passkey-offer]", async (button) => {
  if (!canUsePasskeys || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  offer = { quiet: new AbortController(), options: wantedOf(button) };
  try {
    carry(button.form, await request(await offer.options, { mediation: "conditional", signal: offer.quiet.signal }));
  } catch {
    // Not chosen, or the button was pressed instead.
  }
});
