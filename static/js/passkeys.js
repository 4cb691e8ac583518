// Passkeys: the browser signs what the server asks for, and the form carries the answer. Loaded by the pages that have a form for one.

const { PublicKeyCredential: Keys } = window;
// The quiet question behind the e-mail field; a pressed button takes it over, for only the last one asked counts.
let offer;

const wantedOf = async ({ dataset, form }) => {
  const wanted = dataset.options ? JSON.parse(dataset.options) : await (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
  return (wanted.creation_options ?? wanted.request_options ?? wanted).publicKey;
};

const create = ({ elements: { passwordless } }, options) => {
  if (passwordless) {
    const isWanted = passwordless.checked;
    options.authenticatorSelection = { ...options.authenticatorSelection, residentKey: isWanted ? "required" : "discouraged", ...(isWanted && { userVerification: "required" }) };
  }
  return navigator.credentials.create({ publicKey: Keys.parseCreationOptionsFromJSON(options) });
};

const request = (options, more) => navigator.credentials.get({ publicKey: Keys.parseRequestOptionsFromJSON(options), ...more });

const carry = (form, credential) => {
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.submit();
};

document.querySelectorAll("[data-passkey]").forEach(async (button) => {
  if (!Keys?.parseRequestOptionsFromJSON) return;
  const { form, dataset } = button;
  button.hidden = false;
  button.addEventListener("click", async () => {
    offer?.quiet.abort();
    try {
      const options = await (offer?.options ?? wantedOf(button));
      carry(form, await (dataset.passkey === "create" ? create(form, options) : request(options)));
    } catch {
      document.dispatchEvent(new CustomEvent("bw:say", { detail: dataset.wordRefused }));
    }
  });
  // On the sign-in page the browser lists passkeys among what it fills into the e-mail field.
  if (dataset.passkeyOffer === undefined || !(await Keys.isConditionalMediationAvailable?.())) return;
  offer = { quiet: new AbortController(), options: wantedOf(button) };
  try {
    carry(form, await request(await offer.options, { mediation: "conditional", signal: offer.quiet.signal }));
  } catch {
    // Not chosen, or the button was pressed instead.
  }
});
