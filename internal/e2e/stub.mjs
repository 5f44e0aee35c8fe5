// The least pages that browser.mjs can drive: every element it looks for, and nothing else.

const html = (body, script = "") => ({
  status: 200,
  type: "text/html; charset=utf-8",
  body: `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><p data-testid="error"></p>${body}<script type="module">
const call = async (path, body) => {
  const res = await fetch("/api/auth" + path, body && {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  });
  const data = await res.json();
  if (!res.ok) document.querySelector("[data-testid=error]").textContent = data.message;
  return res.ok ? data : undefined;
};
const onSubmit = (id, path, extra, then) => document.querySelector("[data-testid=" + id + "]")
  .addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    if (await call(path, { ...values, ...extra })) then();
  });
const show = (id, text) => { document.querySelector("[data-testid=" + id + "]").textContent = text; };
${script}</script>`,
});

const form = (id, ...fields) =>
  `<form data-testid="${id}">${fields
    .map((name) => `<input name="${name}" placeholder="${name}" type="${/password/i.test(name) ? "password" : "text"}">`)
    .join("")}<button>Go</button></form>`;

const static_ = {
  "/sign-up": () =>
    html(
      form("signup-form", "name", "email", "password"),
      `onSubmit("signup-form", "/sign-up/email", { callbackURL: "/account" }, () => location.assign("/account"));`,
    ),
  "/sign-in": () =>
    html(
      form("signin-form", "email", "password"),
      `onSubmit("signin-form", "/sign-in/email", {}, () => location.assign("/account"));`,
    ),
  "/forgot-password": () =>
    html(
      form("forgot-password-form", "email") + `<p data-testid="notice"></p>`,
      `onSubmit("forgot-password-form", "/request-password-reset", { redirectTo: "/reset-password" },
        () => show("notice", "A mail is on its way"));`,
    ),
  "/reset-password": () =>
    html(
      form("reset-password-form", "newPassword"),
      `const token = new URLSearchParams(location.search).get("token");
      onSubmit("reset-password-form", "/reset-password", { token }, () => location.assign("/sign-in"));`,
    ),
  "/account": () =>
    html(
      `<p data-testid="account-email"></p><p data-testid="email-verified"></p><p data-testid="notice"></p>
      ${form("change-password-form", "currentPassword", "newPassword")}<button data-testid="signout">Sign out</button>`,
      `const data = await call("/get-session");
      if (!data) location.assign("/sign-in");
      show("account-email", data?.user.email);
      show("email-verified", data?.user.emailVerified ? "yes" : "no");
      onSubmit("change-password-form", "/change-password", { revokeOtherSessions: true },
        () => show("notice", "Password changed"));
      document.querySelector("[data-testid=signout]").addEventListener("click", async () => {
        if (await call("/sign-out", {})) location.assign("/sign-in");
      });`,
    ),
};

/** pages answers one request for a page or for the inbox. */
export function pages(path, inbox) {
  if (path === "/dev/inbox.json") {
    return { status: 200, type: "application/json", body: JSON.stringify(inbox) };
  }
  if (path === "/dev/inbox") {
    const line = (m) => `<li>${m.to} <a data-testid="mail-link" href="${m.url.replaceAll("&", "&amp;")}">${m.subject}</a></li>`;
    return html(`<ul>${inbox.map(line).join("")}</ul>`);
  }
  const page = static_[path];
  return page ? page() : { status: 404, type: "text/plain", body: "not found" };
}
