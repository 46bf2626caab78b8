// Starts the page: program, situations and the reader's language are fetched at once, and mounted when all are there.
// Without them the prerendered first view stays, and a line says why. No other script runs on the page.

const root = document.getElementById('app');
const line = document.getElementById('boot');
const words = { failed: line?.dataset.failed ?? '', reload: line?.dataset.reload ?? '' };

/** Says why the page does not work, and offers to load it again. */
function fail(error) {
  const said = document.createElement('div');
  const again = document.createElement('button');
  said.className = 'boot failed';
  said.id = 'boot';
  said.setAttribute('role', 'alert');
  said.textContent = `${words.failed} ${error?.message ?? error}`;
  again.type = 'button';
  again.textContent = words.reload;
  again.addEventListener('click', () => location.reload());
  said.append(again);
  document.getElementById('boot')?.remove();
  document.body.append(said);
}

async function get(path) {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

/** A file in the form that only the program reads. */
async function octets(path) {
  return new Uint8Array(await (await get(path)).arrayBuffer());
}

/** The reader's language: by link, by an earlier choice, by the browser's list, else English. */
function choose(tags) {
  const wanted = [new URLSearchParams(location.hash.split('?')[1]).get('lang')];
  try {
    wanted.push(localStorage.getItem('smtp-explainer.language'));
  } catch {
    // A sandboxed frame has no storage.
  }
  wanted.push(...navigator.languages);
  const found = wanted.filter(Boolean).map((tag) => tags.find((known) => known === tag || known === tag.split('-')[0]));
  return found.find(Boolean) ?? 'en';
}

/** A language's own name for itself. */
function named(tag) {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

async function program() {
  if (typeof WebAssembly !== 'object') throw new Error('WebAssembly');
  const page = await import('./page.js');
  await page.default({ module_or_path: new URL('./page_bg.wasm', import.meta.url) });
  return page;
}

async function language() {
  const tags = await (await get('./languages.json')).json();
  const tag = choose(tags);
  return { tag, tags, knowledge: await octets(`./knowledge.${tag}.bin`) };
}



// A program that stopped in the middle answers nothing any more: better to say so than to be silent.
addEventListener('error', (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) fail(event.error);
});

try {
  const [page, chosen, world] = await Promise.all([program(), language(), octets('./situations.bin')]);
  document.documentElement.lang = chosen.tag;
  page.mount(root, chosen.knowledge, world, chosen.tags.flatMap((tag) => [tag, named(tag)]), location.hash);
} catch (error) {
  fail(error);
}
