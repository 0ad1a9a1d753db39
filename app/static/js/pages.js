// Pages outside a room work without this; it only spares people a wait and a second press.
// @ts-check

for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener('submit', (event) => {
    const button = /** @type {SubmitEvent} */ (event).submitter;
    // After the browser has read the form: a button that is off sends nothing.
    setTimeout(() => button?.setAttribute('disabled', ''));
    // Somebody who comes back by the back button may press again.
    addEventListener('pageshow', () => button?.removeAttribute('disabled'), { once: true });
  });
}

// Errors are said at their field: start there.
/** @type {HTMLElement|null} */ (document.querySelector('[aria-invalid="true"]'))?.focus();
