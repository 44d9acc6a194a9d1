// Small manners on top of pages that work without script. No inline handlers anywhere.
(function () {
  "use strict";

  // A form that came back with errors: move to the summary, as the page title says "错误：".
  function focusSummary(root) {
    var summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
  }

  // htmx 2 and 4 name their events differently; listen to both.
  function on(names, handler) {
    names.forEach(function (name) { document.body.addEventListener(name, handler); });
  }

  function toast() {
    var box = document.getElementById("toast");
    box.textContent = box.dataset.text;
    box.hidden = false;
    window.setTimeout(function () { box.hidden = true; }, 8000);
  }

  document.addEventListener("DOMContentLoaded", function () {
    focusSummary(document);
    on(["htmx:responseError", "htmx:sendError", "htmx:error"], toast);
    on(["htmx:afterSwap", "htmx:after:swap"], function (event) {
      var target = event.target;
      if (target && target.querySelector) focusSummary(target);
      // What was swapped may be the announcing element itself, so look in the whole page.
      var said = document.querySelector("[data-announce]");
      if (said) document.getElementById("announce").textContent = said.dataset.announce;
    });
    // An automatic save that is under way ends first: its answer renews the form's revision.
    document.addEventListener("submit", function (event) {
      var form = event.target, waited = 0;
      if (!form.matches("[data-autosaved]") || !form.querySelector(".htmx-request")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      var timer = window.setInterval(function () {
        waited += 100;
        if (form.querySelector(".htmx-request") && waited < 4000) return;
        window.clearInterval(timer);
        // Whatever is still queued must not hold the person up for ever.
        form.removeAttribute("data-autosaved");
        form.requestSubmit(event.submitter);
      }, 100);
    });
    // Long work: say so on the button and refuse the second click.
    document.addEventListener("submit", function (event) {
      var button = event.submitter;
      if (!button || !button.dataset.busy) return;
      window.setTimeout(function () {
        button.disabled = true;
        button.textContent = button.dataset.busy;
      }, 0);
    });
    document.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
  });
})();
