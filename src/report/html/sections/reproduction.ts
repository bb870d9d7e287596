import type { ReproductionView } from '../../view/reproduction-view.ts'
import { spanText } from '../../view/texts.ts'
import { escapedLines, type Html, html } from '../html.ts'
import { section } from './parts.ts'

/** Makes the section with the commands that reproduce the run. */
export function reproductionSection(view: ReproductionView): Html {
  const { version, seed, digest, trafficDigest, simulatedNs, events, packets, commands, scenarioText } = view
  const findings: readonly (readonly [string, string])[] = [
    ['onpath', version],
    ['seed', String(seed)],
    ['digest', digest],
    ['digest of the traffic', trafficDigest],
    ['simulated', `${spanText(simulatedNs)}, ${events} events, ${packets} packets delivered`],
  ]
  return section(
    'reproduce',
    'How to reproduce it',
    html`<p class="lead">The same scenario and seed give the same packets, at the same nanosecond, on every machine. Equal digests mean equal runs.</p>
${commands.map(({ line, does }) => html`<p class="note">${does}</p><pre class="command">${line}</pre>`)}
<dl class="findings">${findings.map(([term, text]) => html`<dt>${term}</dt><dd><code>${text}</code></dd>`)}</dl>
<details><summary>The scenario</summary><pre tabindex="0" aria-label="The scenario as YAML">${escapedLines(scenarioText)}</pre></details>`,
  )
}
