"use strict";

function make(tag, text, href) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (href) element.setAttribute("href", href);
  return element;
}

function startTheme() {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("envctl-theme"); } catch { return null; } };
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const label = () => {
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `${button.textContent} theme`);
  };
  const chosen = stored();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("envctl-theme", root.dataset.theme); } catch { /* it holds for this page */ }
    label();
  });
  system.addEventListener("change", label);
  label();
  button.hidden = false;
}

startTheme();
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details.printed")) folded.open = true;
});
