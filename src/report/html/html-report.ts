import type { ReportView } from '../view/report-view.ts'
import { type Html, html } from './html.ts'
import { type Hash, page } from './page.ts'
import { attacksSection, knowledgeSection } from './sections/attacks.ts'
import { breakdownSection } from './sections/breakdown.ts'
import { connectionsSection } from './sections/connections.ts'
import { expectationsSection } from './sections/expectations.ts'
import { performanceSection } from './sections/performance.ts'
import { reproductionSection } from './sections/reproduction.ts'
import { summary } from './sections/summary.ts'
import { topologySection } from './sections/topology.ts'

/** Returns the report of a run: one self-contained document without scripts. Equal views give equal texts. */
export function htmlReport(view: ReportView, hash: Hash): string {
  return page(`${view.scenario}: ${view.verdict.word}`, body(view), hash)
}

function body(view: ReportView): Html {
  const { attacks } = view
  const links = [
    ['expectations', 'Expectations'],
    ['network', 'Network and paths'],
    ['attacks', 'Attacks'],
    ...(attacks === null ? [] : [['learned', 'What attackers learned'] as const]),
    ['performance', 'Latency and throughput'],
    ['slow', 'Why it is slow'],
    ...(view.connections.length === 0 ? [] : [['connections', 'Inside a connection'] as const]),
    ['reproduce', 'How to reproduce it'],
  ] as const
  return html`${summary(view, links)}
<main id="main">
${expectationsSection(view.expectations)}
${topologySection(view.topology)}
${attacksSection(attacks)}
${attacks !== null && knowledgeSection(attacks)}
${performanceSection(view.performance)}
${breakdownSection(view.breakdown)}
${view.connections.length > 0 && connectionsSection(view.connections, view.connectionsLeftOut)}
${reproductionSection(view.reproduction)}
</main>
<footer>Simulated, not measured on a cluster. The documentation says what is modelled and how well it fits measurements.</footer>`
}
