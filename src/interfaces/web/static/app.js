/* Makes pages nicer that work without it. Everything is bound by data- attributes; texts come from the page. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.remove("no-js");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /* The library for toasts and dialogs comes when the first of them is due, and not before. */
  const { dialogs, dialogsStyle } = document.currentScript.dataset;
  let library = null;
  const loadDialogs = () => {
    library ??= Promise.all([
      load("link", { rel: "stylesheet", href: dialogsStyle }),
      load("script", { src: dialogs }),
    ]).then(() => window.Swal);
    return library;
  };
  const load = (tag, attributes) =>
    new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement(tag), attributes, { onload: resolve, onerror: reject });
      document.head.append(element);
    });
  const swalTheme = () => `bootstrap-5-${root.dataset.bsTheme}`;

  /* Flash messages become toasts, one after another: SweetAlert2 shows a single one at a time. */
  async function showToasts() {
    for (const block of all("[data-flash]")) {
      const text = block.textContent.trim();
      const Swal = await loadDialogs().catch(() => null);
      if (!Swal) {
        block.dataset.flash = "stays";
        continue;
      }
      block.remove();
      await Swal.fire({
        toast: true,
        position: "bottom-end",
        theme: swalTheme(),
        icon: block.dataset.flash === "success" ? "success" : "info",
        titleText: text,
        showConfirmButton: false,
        showCloseButton: true,
        timer: 8000,
        timerProgressBar: true,
        didOpen(toast) {
          for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, Swal.stopTimer);
          for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, Swal.resumeTimer);
        },
      });
    }
  }

  /* The question's own page has the words and the form; with scripts it is asked over the page that is open.
     Whatever goes wrong, the page is still there. */
  async function ask(address) {
    const [answer, Swal] = await Promise.all([fetch(address, { headers: { Accept: "text/html" } }), loadDialogs()]);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const question = page.querySelector("[data-question]");
    const form = question.querySelector("form");
    const [words, more] = all("textarea", form);
    if (more || form.querySelector("input:not([type=hidden]), select")) throw new Error("it asks for more than that");
    const lines = all("h2, p, li", question.querySelector("[data-question-text]"));
    const wordsAsked = words && {
      input: "textarea",
      inputLabel: all("label, .form-text", words.parentElement).map((line) => line.textContent.trim()).join(" · "),
      inputValue: words.value.trim(),
      inputAutoFocus: false,
    };
    const { isConfirmed, value } = await Swal.fire({
      ...wordsAsked,
      theme: swalTheme(),
      titleText: question.querySelector("[data-question-title]").textContent.trim(),
      text: lines.map((line) => line.textContent.replace(/\s+/g, " ").trim()).join("\n\n"),
      showCancelButton: true,
      focusCancel: true,
      reverseButtons: true,
      confirmButtonText: form.querySelector("button").textContent.trim(),
      cancelButtonText: form.querySelector("a").textContent.trim(),
      buttonsStyling: false,
      customClass: { confirmButton: "btn btn-outline-danger", cancelButton: "btn btn-outline-secondary" },
    });
    if (!isConfirmed) return;
    if (words) words.value = value;
    document.body.append(document.adoptNode(form));
    form.requestSubmit();
  }

  function askOverThePage() {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-asks]");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      ask(link.href).catch(() => location.assign(link.href));
    });
  }

  /* The summary of mistakes takes the focus, so that it is read and seen first; its links focus the field. */
  function leadToMistakes() {
    document.getElementById("mistakes")?.focus();
    document.addEventListener("htmx:after:swap", () => document.getElementById("mistakes")?.focus());
    document.addEventListener("click", (event) => {
      const link = event.target.closest("#mistakes a[href^='#']");
      const field = link && document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      const details = field.closest("details");
      if (details) details.open = true;
      const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`) || field;
      label.scrollIntoView({ block: "center" });
      (field.matches("fieldset") ? field.querySelector("input") || field : field).focus({ preventScroll: true });
    });
  }

  function openMenu() {
    for (const button of all("[data-toggles]")) {
      const target = document.getElementById(button.dataset.toggles);
      const show = (isOpen) => {
        target.classList.toggle("show", isOpen);
        button.setAttribute("aria-expanded", isOpen);
      };
      button.addEventListener("click", () => show(!target.classList.contains("show")));
      target.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !button.offsetParent) return;
        show(false);
        button.focus();
      });
    }
  }

  /* The same as the forms do, in place. The cookie is at hand for the next page; an account is told as well. */
  function switchTheme() {
    document.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (button?.name !== "theme" || !button.form.action.endsWith("/appearance")) return;
      event.preventDefault();
      const theme = button.value;
      const isLight = matchMedia("(prefers-color-scheme: light)").matches;
      root.dataset.theme = theme;
      root.dataset.bsTheme = theme === "system" ? (isLight ? "light" : "dark") : theme;
      const secure = location.protocol === "https:" ? ";secure" : "";
      document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax${secure}`;
      const fields = new URLSearchParams(new FormData(button.form, button));
      if (document.querySelector("[data-is-kept]")) {
        fetch(button.form.action, { method: "POST", body: fields, redirect: "manual", keepalive: true }).catch(() => null);
      }
      nameThemes();
    });
    nameThemes();
  }

  function nameThemes() {
    const toggle = document.querySelector("[data-theme-form] button");
    if (toggle) toggle.value = root.dataset.bsTheme === "dark" ? "light" : "dark";
    for (const choice of all("[data-theme-choice]")) {
      choice.setAttribute("aria-pressed", choice.value === root.dataset.theme);
    }
    const ground = getComputedStyle(document.body).backgroundColor;
    for (const meta of all("meta[name=theme-color]")) meta.content = ground;
  }

  /* Nothing is sent into the void: what was typed stays. Browsers only guess whether they are online; we ask. */
  function tellOffline() {
    const line = document.querySelector("[data-offline]");
    const reaches = () => fetch("/robots.txt", { method: "HEAD", cache: "no-store" }).then(() => true, () => false);
    const show = async () => {
      line.hidden = navigator.onLine || (await reaches());
    };
    for (const name of ["online", "offline"]) addEventListener(name, show);
    let passed = null;
    document.addEventListener("submit", async (event) => {
      if (navigator.onLine || event.target === passed) return;
      event.preventDefault();
      await show();
      if (line.hidden) {
        passed = event.target;
        passed.requestSubmit(event.submitter);
      } else {
        line.focus();
      }
    });
    show();
  }

  function revealPasswords() {
    for (const button of all("[data-reveals]")) {
      const field = document.getElementById(button.dataset.reveals);
      button.hidden = false;
      button.addEventListener("click", () => {
        const isHidden = field.type === "password";
        field.type = isHidden ? "text" : "password";
        const words = button.querySelector("span");
        [words.textContent, button.dataset.other] = [button.dataset.other, words.textContent];
      });
    }
  }

  /* Without scripts one selects the field's text; with them the button puts it on the clipboard. */
  function offerCopies() {
    for (const button of all("[data-copies]")) {
      const field = document.getElementById(button.dataset.copies);
      button.hidden = !navigator.clipboard;
      field.addEventListener("focus", () => field.select());
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(field.value);
        button.firstChild.data = button.dataset.done;
      });
    }
  }

  /* A rough measure: what it is made of, and how much of it repeats. The server knows better, once it is sent. */
  function measurePasswords() {
    for (const block of all("[data-measures]")) {
      const field = document.getElementById(block.dataset.measures);
      const words = JSON.parse(block.dataset.words);
      const show = () => {
        const typed = [...field.value];
        const pairs = new Set(typed.slice(1).map((letter, place) => typed[place] + letter)).size;
        const isShort = typed.length < block.dataset.shortest;
        const score = isShort ? 0 : pairs < 8 ? 1 : pairs < 13 ? 2 : pairs < 18 ? 3 : 4;
        block.hidden = !typed.length;
        block.querySelector("meter").value = score;
        const said = block.querySelector("b");
        if (said.textContent !== words[score]) said.textContent = words[score];
      };
      field.addEventListener("input", show);
      show();
    }
  }

  function offerPrinting() {
    for (const button of all("[data-prints]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
  }

  function offerReferences() {
    for (const button of all("[data-copies-text]")) {
      button.hidden = !navigator.clipboard;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.dataset.copiesText);
        button.querySelector("span").textContent = button.dataset.done;
      });
    }
  }

  /* How long a text is, as the server counts it; too much is told by the field's own colour, not aloud. */
  function countCharacters() {
    for (const line of all("[data-counts]")) {
      const field = document.getElementById(line.dataset.counts);
      const show = () => {
        const count = [...field.value.trim()].length;
        line.textContent = line.dataset.words.replace("{count}", count.toLocaleString(root.lang));
        field.classList.toggle("is-wrong", count > line.dataset.longest);
        line.hidden = false;
      };
      field.addEventListener("input", show);
      show();
    }
  }

  /* Never switches by itself: people may look at times for somebody else. */
  function offerDeviceZone() {
    const line = document.querySelector("[data-device-zone]");
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const isOnOffer = zone && all("#tz option").some((option) => option.value === zone);
    if (!line || !isOnOffer || zone === line.dataset.deviceZone) return;
    line.querySelector("strong").textContent = zone;
    const link = line.querySelector("a");
    const address = new URLSearchParams(link.search);
    address.set("tz", zone);
    link.search = address;
    line.classList.add("is-said");
  }

  /* The same as the submit button does, in place. */
  function addRows() {
    const button = document.querySelector("[data-add-row]");
    if (!button) return;
    button.addEventListener("click", (event) => {
      const rows = all("[data-row]");
      const last = button.parentElement.querySelector("[data-row]:last-of-type");
      if (!last || rows.length >= 100) return;
      event.preventDefault();
      const numbers = all("[name^='rows.']").map((field) => Number(field.name.split(".")[1]));
      const next = Math.max(...numbers) + 1;
      const row = last.cloneNode(true);
      for (const error of all(".field-error", row)) error.remove();
      for (const field of all("input, select", row)) {
        const name = field.name.replace(/^rows\.\d+/, `rows.${next}`);
        const label = row.querySelector(`label[for="${CSS.escape(field.id)}"]`);
        field.name = field.id = name;
        label.htmlFor = name;
        field.removeAttribute("aria-describedby");
        field.removeAttribute("aria-invalid");
        field.classList.remove("is-wrong");
        if (field.type === "time" || field.type === "date") field.value = "";
      }
      const number = row.querySelector("legend span");
      number.textContent = number.textContent.replace(/\d+/, next + 1);
      last.after(row);
      row.querySelector("input").focus();
    });
  }

  /* Holds run out while one looks. Counted from what the server said, for clocks of devices go wrong. */
  function countDown() {
    const shown = Date.now();
    for (const block of all("[data-seconds-left]")) {
      const words = block.querySelector("[data-minutes]");
      const [one, many] = words.dataset.minutes.split(",");
      const show = () => {
        const left = block.dataset.secondsLeft - (Date.now() - shown) / 1000;
        const minutes = Math.max(1, Math.floor(left / 60));
        words.textContent = `${minutes} ${minutes === 1 ? one : many}`;
        for (const one of all("[data-until-then]", block)) one.hidden = left <= 0;
        block.querySelector("[data-after-that]").hidden = left > 0;
      };
      setInterval(show, 5000);
    }
  }

  /* Seats come and go while one reads: only words change, in place, so that nobody loses their place. The stream
     is left while nobody looks, for a browser opens few of them; it begins with how the slots stand now. Another
     week of times is another stream. */
  function followSeats() {
    const most = 100;
    let source = null;
    let followed = null;
    const follow = () => {
      const picker = document.querySelector("[data-live-seats]");
      if (document.hidden || picker !== followed) source?.close();
      const ids = all("[data-live-seats] [data-slot]").map((slot) => slot.dataset.slot);
      if (document.hidden || !ids.length || (source && source.readyState !== EventSource.CLOSED)) return;
      const address = new URLSearchParams(ids.slice(0, most).map((id) => ["slot", id]));
      followed = picker;
      source = new EventSource(`${picker.dataset.liveSeats}?${address}`);
      source.addEventListener("seats", (event) => showSeats(picker, JSON.parse(event.data)));
    };
    follow();
    for (const name of ["visibilitychange", "htmx:after:swap"]) document.addEventListener(name, follow);
    setInterval(follow, 60000);
  }

  function showSeats(picker, { slot_id: id, seats_left: left, status }) {
    const slot = picker.querySelector(`[data-slot="${id}"]`);
    if (!slot) return;
    const { one, many, full, gone } = picker.dataset;
    const link = slot.querySelector(".slot");
    const wait = slot.querySelector(".slot-wait");
    const isOpen = status === "open";
    const isFree = isOpen && left > 0;
    const inWords = "single" in slot.dataset ? "" : left > 1 ? many.replace("{}", left) : one;
    slot.classList.toggle("is-full", !isFree);
    slot.querySelector("[data-seats]").textContent = !isOpen ? gone : isFree ? inWords : full;
    wait.hidden = !isOpen || isFree;
    if (isFree) link.href = wait.href;
    else if (document.activeElement !== link) link.removeAttribute("href");
  }

  /* A piece of the page was changed in place. Whoever was on something that is gone goes on at its head. */
  function settleIn() {
    document.addEventListener("htmx:after:swap", () => {
      offerDeviceZone();
      if (document.activeElement === document.body) document.querySelector("[data-takes-focus]")?.focus();
    });
  }

  /* A second press within a second is the same press. Buttons stay usable: going back has to find them alive. */
  function ignoreSecondPress() {
    let last = { form: null, at: 0 };
    document.addEventListener("submit", (event) => {
      const at = Date.now();
      if (event.defaultPrevented) return;
      if (last.form === event.target && at - last.at < 1000) event.preventDefault();
      else last = { form: event.target, at };
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const start of [leadToMistakes, tellOffline, openMenu, switchTheme, askOverThePage, revealPasswords, offerCopies, offerReferences, measurePasswords, offerPrinting, offerDeviceZone, countCharacters, addRows, countDown, followSeats, settleIn, ignoreSecondPress]) start();
    showToasts();
  });
})();
