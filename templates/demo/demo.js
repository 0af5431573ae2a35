// The pages of the demo's site. What is in them comes percent-encoded, as nginx has it in its variables.
for (const id of ['nickname', 'name']) {
  const place = document.getElementById(id);
  place.textContent = decodeURIComponent(place.textContent);
}
for (const heading of document.querySelectorAll('[data-for]')) {
  heading.hidden = !location.pathname.startsWith(heading.dataset.for);
}
// The cookie goes along by itself; afterwards the guard sends the browser to the login page.
document.getElementById('logout').addEventListener('click', async () => {
  await fetch('/api/user/logout/', { method: 'POST' });
  location.reload();
});
