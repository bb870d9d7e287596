import { effect } from '@preact/signals'
import { render } from 'preact'
import { followMoments, open, warm } from './actions.ts'
import { startClock } from './clock.ts'
import { readLink, writeLink } from './link.ts'
import { readServed } from './served.ts'
import {
  attackWords,
  type Example,
  examples,
  nowNs,
  ran,
  savedFile,
  speed,
  terms,
  VIEWS,
  type ViewName,
  view,
} from './state.ts'
import { App } from './view/app.tsx'
import { isGuided } from './view/guide.tsx'
import { openFiles } from './view/header.tsx'

/** Draws the page over its prebuilt picture, and opens the scenario of the link, or else the first example. */
async function start(): Promise<void> {
  warm()
  const [served, module] = await Promise.all([readServed(), loadExamples()])
  examples.value = module
  const linked = await readLink()
  const [first] = module
  if (served !== null) {
    openFiles(served.files)
    // Only this file, and only as long as nothing else is opened.
    if (served.canSave) savedFile.value = served.files[0].path
  } else if (linked !== null) {
    if (linked.view !== undefined && linked.view in VIEWS) view.value = linked.view as ViewName
    open(linked.file, linked.text, linked.atNs)
  } else {
    isGuided.value = true
    // A tenth of real time: the handshakes are seen, and the exec is typed a few seconds after Play.
    speed.value = 3
    open(first.file, first.text)
  }
  mountOnce()
  startClock()
  followMoments()
  loadTerms()
  keepLink()
}

/** The examples are a module, since the policy forbids to fetch them. */
async function loadExamples(): Promise<readonly Example[]> {
  const script = new URL('./examples.js', import.meta.url).href
  return ((await import(/* @vite-ignore */ script)) as { readonly EXAMPLES: readonly Example[] }).EXAMPLES
}

/** Loads the meanings of words after the first run, which they must not delay. */
function loadTerms(): void {
  const stop = effect(() => {
    if (ran.value === null) return
    const script = new URL('./terms.js', import.meta.url).href
    type Meanings = Readonly<Record<string, string>>
    void import(/* @vite-ignore */ script).then(
      ({ ATTACKS, RESULTS }: { readonly ATTACKS: Meanings; readonly RESULTS: Meanings }) => {
        terms.value = new Map(Object.entries({ ...RESULTS, ...ATTACKS }))
        attackWords.value = new Set(Object.keys(ATTACKS))
      },
    )
    queueMicrotask(() => stop())
  })
}

function mountOnce(): void {
  const root = document.getElementById('page')
  if (root === null) throw new Error('the document has no element page')
  root.replaceChildren()
  render(<App />, root)
}

/** The time after the clock stands before the address is written, in milliseconds. */
const PAUSE_MS = 400

/** Keeps the address up to date with the clock and the view, and follows a link that is pasted. */
function keepLink(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  effect(() => {
    void [nowNs.value, view.value]
    clearTimeout(timer)
    timer = setTimeout(() => void writeLink(), PAUSE_MS)
  })
  addEventListener('hashchange', () => {
    void readLink().then((linked) => {
      if (linked !== null) open(linked.file, linked.text, linked.atNs)
    })
  })
}

void start()
