import { TECHNIQUES } from '../attack/techniques.ts'
import { VANTAGES } from '../attack/vantages.ts'
import { BREAKDOWN_PARTS } from '../measure/result.ts'
import { NOTICE_MEANINGS, OUTCOME_MEANINGS } from '../measure/verdict.ts'
import { COLUMNS } from '../report/columns.ts'
import { type Html, html } from '../report/html/html.ts'
import { networkDrawing } from '../report/html/topology-drawing.ts'
import { viewExpectations } from '../report/view/expectation-view.ts'
import { viewNetwork } from '../report/view/network-view.ts'
import { layOutTopology } from '../report/view/topology-layout.ts'
import { viewVerdict } from '../report/view/verdict-view.ts'
import { loadScenario } from '../scenario/load.ts'
import { run } from '../simulation/run.ts'

export { fragmentOf } from '../report/link/page-link.ts'
export { PAGE_STYLE } from './style.ts'

/** The policy of the page: nothing is fetched, and scripts come from the page's own folder. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' blob:",
  'worker-src blob:',
  "connect-src 'none'",
  "img-src 'self' data: blob:",
  "style-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
].join('; ')

/** The policy where `onpath ui` serves the page, which asks it for the files that it was started with. */
export const UI_POLICY = POLICY.replace("connect-src 'none'", "connect-src 'self'")

/** The names of vantages, techniques and outcomes, with their meanings. */
export const ATTACK_WORDS: Readonly<Record<string, string>> = {
  ...meaningsOf(VANTAGES),
  ...meaningsOf(TECHNIQUES),
  ...OUTCOME_MEANINGS,
}

/** The other words of results, with their meanings. */
export const RESULT_WORDS: Readonly<Record<string, string>> = { ...COLUMNS, ...BREAKDOWN_PARTS, ...NOTICE_MEANINGS }

function meaningsOf(registry: Readonly<Record<string, { readonly meaning: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(registry).map(([name, { meaning }]) => [name, meaning]))
}

/** Returns the document of the page, with the picture and the sentence of a scenario, which stand before any script has run. */
export function documentOf(text: string, policy: string): string {
  return `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="description" content="A simulator of the network of a Kubernetes cluster, with attackers, in a page">
<title>onpath</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<script type="module" src="main.js"></script>
</head>
<body>
<div id="page">${firstPicture(text)}</div>
<noscript>This page simulates in the browser, and needs JavaScript.</noscript>
</body>
</html>`}\n`
}

function firstPicture(text: string): Html {
  const loaded = loadScenario({ text, file: 'scenario.yaml' })
  if (!loaded.ok) throw new Error(`the first example is invalid: ${loaded.problems[0]?.message}`)
  const { blueprint, policy = [] } = loaded.scenario
  const { result } = run(loaded.scenario)
  const verdict = viewVerdict(result, viewExpectations(result, []), policy)
  const layout = layOutTopology(viewNetwork(blueprint))
  const { width, height } = layout
  return html`<header class="top"><p class="brand">onpath</p></header>
<main>
<div class="left"><div class="world"><div class="networks"><figure><div class="stage"><svg class="topology" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The network">${networkDrawing(layout)}</svg></div></figure></div></div></div>
<div class="right"><section class="verdict ${verdict.level}"><p class="word">${verdict.word}</p><h1>${verdict.sentence}</h1></section></div>
</main>`
}
