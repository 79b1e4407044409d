"use strict";

for (const form of document.querySelectorAll("form")) {
  const editor = form.querySelector("textarea");
  const examples = form.querySelector("select");
  if (examples) examples.addEventListener("change", () => { editor.value = examples.value; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, editor);
  });
}

async function send(form, editor) {
  const output = form.querySelector("pre");
  output.hidden = false;
  output.textContent = "…";
  const headers = {};
  const key = document.getElementById("key").value;
  if (key) headers.Authorization = `Bearer ${key}`;
  let address = form.dataset.path;
  const query = new URLSearchParams();
  const fields = new FormData();
  for (const input of form.querySelectorAll("input[data-in]")) {
    const value = input.type === "file" ? input.files[0] : input.value;
    if (!value) continue;
    if (input.dataset.in === "path") address = address.replace(`{${input.name}}`, encodeURIComponent(value));
    if (input.dataset.in === "query") query.set(input.name, value);
    if (input.dataset.in === "form") fields.set(input.name, value);
  }
  let body;
  if (editor) {
    body = editor.value;
    headers["Content-Type"] = "application/json";
  } else if ([...fields].length) {
    body = fields;
  }
  if ([...query].length) address += `?${query}`;
  try {
    const answer = await fetch(address, { method: form.dataset.method, headers, body });
    await show(answer, output);
  } catch (error) {
    output.textContent = String(error);
  }
}

async function show(answer, output) {
  const type = answer.headers.get("Content-Type") || "";
  if (type.startsWith("image/")) {
    const image = new Image();
    image.src = URL.createObjectURL(await answer.blob());
    output.replaceChildren(`${answer.status}\n`, image);
    return;
  }
  const text = await answer.text();
  let shown = text;
  if (type.includes("json")) shown = JSON.stringify(JSON.parse(text), null, 2);
  output.textContent = `${answer.status}\n${shown}`;
}
