/* The forms of command: a button of a row opens its form filled in, a form is posted as JSON, and
   what was sent twice counts once. The lists themselves are the hub's. */
(function () {
  "use strict";

  const state = (window.gangan = window.gangan || {});
  const keys = new WeakMap(); // form → what was last sent and under which key

  /** A new key; browsers offer randomUUID only where the page came over TLS. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** The instant at which the site's clocks show a local time such as 2026-07-07T10:30. */
  function instant(local) {
    const wanted = Date.parse(`${local}Z`);
    const format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: state.main().dataset.zone, dateStyle: "short", timeStyle: "medium",
    });
    const shown = (at) => Date.parse(`${format.format(at).replace(" ", "T")}Z`);
    let at = wanted;
    for (let i = 0; i < 2; i += 1) at += wanted - shown(at); // twice, for a change of summer time
    return new Date(at).toISOString();
  }

  /** What a form says, without what was left empty. */
  function content(form) {
    const body = {};
    for (const field of form.elements) {
      const value = field.name ? field.value.trim() : "";
      if (!value) continue;
      body[field.name] = field.type === "datetime-local" ? instant(value) : value;
    }
    if (body.references) {
      body.references = [body.references];
      body.kind = body.kind || "update";
    }
    return body;
  }

  function isInOrder(form) {
    const { effective, expires } = form.elements;
    if (!expires) return true;
    const start = effective.value ? Date.parse(instant(effective.value)) : state.siteNow();
    const isWrong = expires.value && Date.parse(instant(expires.value)) <= start;
    expires.setCustomValidity(isWrong ? form.dataset.order : "");
    return form.reportValidity();
  }

  function say(form, text, detail) {
    const answer = form.querySelector(".answer");
    answer.className = `answer${detail === undefined ? "" : " failed"}`;
    answer.title = detail || "";
    answer.textContent = text;
  }

  async function send(form) {
    const body = content(form);
    const text = JSON.stringify(body);
    const last = keys.get(form);
    const key = last && last.text === text ? last.key : newKey();
    keys.set(form, { text, key });
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    const answer = await state.post(form.dataset.post, body, key);
    button.disabled = false;
    const { done, forbidden, conflict, invalid, silent } = state.main().dataset;
    if (!answer || answer.status >= 500) return void say(form, silent, "");
    if (!answer.ok) {
      const { detail } = await answer.json().catch(() => ({}));
      const said = { 403: forbidden, 404: conflict, 409: conflict }[answer.status] || invalid;
      return void say(form, said, detail || "");
    }
    keys.delete(form);
    form.reset();
    say(form, done);
    const dialog = form.closest("dialog");
    if (dialog) dialog.close();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-post]");
    if (!form) return;
    event.preventDefault();
    if (isInOrder(form)) send(form);
  });
  document.addEventListener("input", ({ target }) => {
    if (target.form && target.form.elements.expires) target.form.elements.expires.setCustomValidity("");
  });

  /** Open the form that a button asks for, about what its row says at this moment. */
  function open({ ask, path, about, fill }) {
    const form = document.querySelector(`form[data-form="${ask}"]`);
    form.reset();
    say(form, "");
    const { levels, ...values } = JSON.parse(fill);
    for (const [name, value] of Object.entries(values)) {
      if (form.elements[name]) form.elements[name].value = value;
    }
    const dialog = form.closest("dialog");
    if (!dialog) return void form.elements.headline.focus(); // it stands beside the lists
    form.dataset.post = path;
    dialog.querySelector(".about").textContent = about;
    if (levels) {
      const allowed = levels.split(" ");
      for (const option of form.elements.level.options) {
        option.hidden = option.disabled = !allowed.includes(option.value);
      }
      form.elements.level.value = allowed[0];
    }
    dialog.showModal();
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-ask]");
    if (button) open(button.dataset);
    if (target.closest("button[data-close]")) target.closest("dialog").close();
  });
})();
