/* Makes pages nicer that work without it. Everything is bound by data- attributes; texts come from the page. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.remove("no-js");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /* Flash messages become toasts, one after another: SweetAlert2 shows a single one at a time. */
  async function showToasts() {
    if (!window.Swal) return;
    for (const block of all("[data-flash]")) {
      const text = block.textContent.trim();
      block.remove();
      await Swal.fire({
        toast: true,
        position: "bottom-end",
        theme: `bootstrap-5-${root.dataset.bsTheme}`,
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

  /* The summary of mistakes takes the focus, so that it is read and seen first; its links focus the field. */
  function leadToMistakes() {
    const summary = document.getElementById("mistakes");
    if (!summary) return;
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
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

  function offerTheme() {
    const button = document.querySelector("[data-theme-toggle]");
    if (!button) return;
    const name = () => {
      const isDark = root.dataset.bsTheme === "dark";
      button.querySelector("span").textContent = isDark ? "Light theme" : "Dark theme";
      const use = button.querySelector("use");
      const [file] = use.getAttribute("href").split("#");
      use.setAttribute("href", `${file}#${isDark ? "sun-fill" : "moon-stars-fill"}`);
    };
    button.addEventListener("click", () => {
      root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
      const secure = location.protocol === "https:" ? ";secure" : "";
      document.cookie = `theme=${root.dataset.bsTheme};path=/;max-age=31536000;samesite=lax${secure}`;
      name();
    });
    name();
    button.hidden = false;
  }

  function revealPasswords() {
    for (const button of all("[data-reveals]")) {
      const field = document.getElementById(button.dataset.reveals);
      button.hidden = false;
      button.addEventListener("click", () => {
        const isHidden = field.type === "password";
        field.type = isHidden ? "text" : "password";
        button.firstChild.data = isHidden ? "Hide" : "Show";
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
        button.firstChild.data = "Copied";
      });
    }
  }

  /* Never switches by itself: people may look at times for somebody else. */
  function offerDeviceZone() {
    const line = document.querySelector("[data-device-zone]");
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const isOnOffer = zone && all("#tz option").some((option) => option.value === zone);
    if (!line || !isOnOffer || zone === line.dataset.deviceZone || "chosen" in line.dataset) return;
    line.querySelector("strong").textContent = zone;
    line.querySelector("a").search = new URLSearchParams({ tz: zone });
    line.hidden = false;
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
      row.querySelector("legend span").textContent = `, row ${next + 1}`;
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
        block.querySelector("[data-until-then]").hidden = left <= 0;
        block.querySelector("[data-after-that]").hidden = left > 0;
      };
      setInterval(show, 5000);
    }
  }

  /* Seats come and go while one reads: only words change, in place, so that nobody loses their place. The stream
     is left while nobody looks, for a browser opens few of them; it begins with how the slots stand now. */
  function followSeats() {
    const picker = document.querySelector("[data-live-seats]");
    const slots = new Map(all("[data-live-seats] [data-slot]").map((slot) => [slot.dataset.slot, slot]));
    if (!slots.size) return;
    const { liveSeats, one, many, full, gone } = picker.dataset;
    const address = `${liveSeats}?${new URLSearchParams([...slots.keys()].map((id) => ["slot", id]))}`;
    const inWords = (left, isSingle) => (left > 1 ? many.replace("{}", left) : isSingle ? "" : one);
    const show = (event) => {
      const { slot_id: id, seats_left: left, status } = JSON.parse(event.data);
      const slot = slots.get(id);
      if (!slot) return;
      const isOpen = status === "open";
      slot.classList.toggle("slot-full", !isOpen || left === 0);
      slot.querySelector("[data-seats]").textContent =
        !isOpen ? gone : left === 0 ? full : inWords(left, "single" in slot.dataset);
    };
    let source = null;
    const follow = () => {
      if (document.hidden) {
        source?.close();
      } else if (!source || source.readyState === EventSource.CLOSED) {
        source = new EventSource(address);
        source.addEventListener("seats", show);
      }
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    setInterval(follow, 60000);
  }

  /* A second press within a second is the same press. Buttons stay usable: going back has to find them alive. */
  function ignoreSecondPress() {
    let last = { form: null, at: 0 };
    document.addEventListener("submit", (event) => {
      const at = Date.now();
      if (last.form === event.target && at - last.at < 1000) event.preventDefault();
      else last = { form: event.target, at };
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const start of [leadToMistakes, offerTheme, revealPasswords, offerCopies, offerDeviceZone, addRows, countDown, followSeats, ignoreSecondPress]) start();
    showToasts();
  });
})();
