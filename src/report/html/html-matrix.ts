import { formatCount } from '../format-number.ts'
import type { MatrixView, PlaceView, PolicyView } from '../view/matrix-view.ts'
import { type Html, html, type Part } from './html.ts'
import { type Hash, page } from './page.ts'
import { attackMatrix, cellEvidence, MATRIX_LEGEND } from './sections/attack-matrix.ts'
import { section, table } from './sections/parts.ts'
import { factList, navigation } from './sections/summary.ts'
import { verdictBox } from './sections/verdict-box.ts'

/** Returns the report of an attack matrix: a heat map for each place of an attacker. Its cells open their evidence. */
export function htmlMatrix(view: MatrixView, hash: Hash): string {
  const { scenario, kubernetes, seed, version, facts, places, quietPlaces, policy, command } = view
  const links = [
    ...(policy === null ? [] : [['policy', 'Policy'] as const]),
    ['paths', 'Paths'] as const,
    ...places.map(({ place }, i) => [placeId(i), `From ${place}`] as const),
    ['reproduce', 'How to reproduce it'] as const,
  ]
  const body = html`<header>
<a class="skip" href="#main">Skip to the findings</a>
<p class="about"><strong>${scenario}</strong>${kubernetes !== null && `, Kubernetes ${kubernetes}`}, seed ${seed}, every attack in its own simulation by onpath ${version}</p>
${verdictBox(view)}
${factList(facts)}
${navigation(links)}
</header>
<main id="main">
${policy !== null && policySection(policy)}
${pathsSection(view)}
${places.map((place, i) => placeSection(place, i, view))}
${quietPlaces.length > 0 && html`<p class="note">No technique achieves anything on any path from: ${quietPlaces.join('; ')}. <code>--all</code> shows them.</p>`}
${view.storiesLeftOut > 0 && html`<p class="note">The messages around ${formatCount(view.storiesLeftOut, 'further packet')} of evidence are left out.</p>`}
${section('reproduce', 'How to reproduce it', html`<p class="lead">The same scenario and seed give the same packets, at the same nanosecond, on every machine.</p><pre class="command">${command}</pre>`)}
</main>
<footer>Simulated, not measured on a cluster. The documentation says what is modelled and how well it fits measurements.</footer>`
  return page(`${scenario}: attack matrix`, body, hash)
}

function placeId(i: number): string {
  return `place-${i + 1}`
}

function policySection({ rules, passed, forbidden, accepted, gaps }: PolicyView): Html {
  const count = `${formatCount(forbidden, 'finding')} forbidden, ${accepted} accepted.`
  return section(
    'policy',
    'Policy',
    html`<p class="lead"><span class="status ${passed ? 'good' : 'bad'}">${passed ? '✓ met' : '✕ not met'}</span> ${count}</p>
<ul class="steps">${rules.map((rule) => html`<li><code>${rule}</code></li>`)}${gaps.map((gap) => html`<li class="harmed">! ${gap}</li>`)}</ul>`,
  )
}

function pathsSection({ paths, unmodelled }: MatrixView): Html {
  const heads = [{ head: 'Path' }, { head: 'Kind' }, { head: 'Protection' }, { head: 'Crosses' }]
  const rows = paths.map(({ name, letter, kind, protection, medium }): Part[] => [
    html`${letter !== '' && `${letter} `}${name}`,
    kind,
    protection,
    medium,
  ])
  return section(
    'paths',
    'Paths',
    html`<p class="lead">In the names of places below, “it” is the path.</p>`,
    table('Paths and their protection', heads, rows),
    unmodelled.map(({ path, reason }) => html`<p class="note">${path}: not modelled, no verdict: ${reason}</p>`),
  )
}

function placeSection(
  { place, vantages, rows, rowsLeftOut }: PlaceView,
  i: number,
  { paths, printed }: MatrixView,
): Html {
  const id = placeId(i)
  const columns = paths.map(({ name: path, letter, protection }) => ({ path, letter, protection }))
  const cells = rows.flatMap((row) => row.cells).filter((cell) => cell !== null)
  const rest =
    rowsLeftOut > 0 &&
    html`<p class="note">${formatCount(rowsLeftOut, 'further technique')} that achieve${rowsLeftOut === 1 ? 's' : ''} nothing on any path left out; <code>--all</code> shows all.</p>`
  return section(
    id,
    `From ${place}`,
    vantages.map(({ name, meaning }) => html`<p class="lead"><strong>${name}</strong> ${meaning}.</p>`),
    rows.length > 0 &&
      html`${attackMatrix(`Attack matrix, ${place}`, columns, rows)}${MATRIX_LEGEND}${cells.map((cell) => cellEvidence(cell, id, printed.has(cell.id)))}`,
    rest,
  )
}
