// Every form is sent to the endpoint that its data-endpoint names, as JSON. Then the page that data-next names
// opens and shows what data-notice says. A form without data-next stays and shows the notice itself.
const error = document.querySelector("[data-testid=error]");
const notice = document.querySelector("[data-testid=notice]");

for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

if (sessionStorage.notice) {
  notice.textContent = sessionStorage.notice;
  sessionStorage.removeItem("notice");
}

async function send(form) {
  const { endpoint, next, notice: done = "" } = form.dataset;
  const button = form.querySelector("button");
  button.disabled = true;
  error.textContent = notice.textContent = "";
  try {
    const { url } = await post(endpoint, valuesOf(form));
    if (next) {
      sessionStorage.notice = done;
      location.assign(url ?? next);
    } else {
      show(notice, done, form);
      form.reset();
    }
  } catch (failure) {
    show(error, failure.message, form);
  } finally {
    button.disabled = false;
  }
}

async function post(endpoint, values) {
  const answer = await fetch("/api/auth" + endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(values),
  }).catch(() => {
    throw new Error("The server does not answer.");
  });
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(body?.message ?? `The server answered ${answer.status}.`);
  return body ?? {};
}

// valuesOf reads a form; a checkbox is true or false.
function valuesOf(form) {
  const values = Object.fromEntries(new FormData(form));
  for (const box of form.querySelectorAll("[type=checkbox]")) values[box.name] = box.checked;
  return values;
}

// show puts a message above the form that it is about.
function show(message, text, form) {
  form.before(message);
  message.textContent = text;
  message.scrollIntoView({ block: "nearest" });
}
