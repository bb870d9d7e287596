import { formatCount } from '../../format-number.ts'
import type { PathView, TopologyView } from '../../view/topology-view.ts'
import { type Html, html, type Part } from '../html.ts'
import { topologyDrawing } from '../topology-drawing.ts'
import { scrolling, section, table } from './parts.ts'

/** The network with its attackers, and the paths through it. */
export function topologySection(topology: TopologyView): Html {
  const { hosts, leftOut, vertices } = topology
  const joined = vertices.some(({ kind, names }) => kind === 'host' && names.length > 1)
  const notes = [
    joined && ' Hosts that are alike are drawn as one, with their number.',
    leftOut > 0 && ` ${formatCount(leftOut, 'host')} with few connections and no attacker are left out.`,
  ]
  return section(
    'network',
    'Network and paths',
    html`<p class="lead">${formatCount(hosts, 'host')}. Delays are one way.${notes}</p>`,
    attackersOf(topology),
    scrolling('Drawing of the network', topologyDrawing(topology)),
    legendOf(topology),
    pathTable(topology.paths),
  )
}

/** Lists the attackers with their places. A narrow screen shows them in the drawing only after scrolling. */
function attackersOf({ edges, vertices }: TopologyView): Part {
  const nameOf = (id: string) => {
    const [first, ...others] = vertices.find((vertex) => vertex.id === id)?.names ?? [id]
    return others.length === 0 ? first : `${first} and ${others.length} more`
  }
  const placed = [
    ...edges.flatMap(({ from, to, attackers, broken }) =>
      attackers.map((one) => ({ ...one, place: `between ${nameOf(from)} and ${nameOf(to)}`, broken })),
    ),
    ...vertices.flatMap(({ id, attackers }) =>
      attackers.map((one) => ({ ...one, place: `on ${nameOf(id)}`, broken: null })),
    ),
  ]
  const items = placed.map(
    ({ name, vantage, place, broken }) =>
      html`<li>☠ <strong>${name}</strong> (${vantage}) is ${place}${broken !== null && html`: <span class="status taken">${broken}</span>`}</li>`,
  )
  return items.length > 0 && html`<ul class="attackers">${items}</ul>`
}

function legendOf({ edges, vertices }: TopologyView): Part {
  const hasAttackers = [...edges, ...vertices].some(({ attackers }) => attackers.length > 0)
  const levels = new Set(edges.map(({ level }) => level))
  const items = [
    ...(hasAttackers ? ['☠ an attacker, with its vantage'] : []),
    ...(levels.has('taken') ? ['thick line: a path crosses it on which an attacker gets what others own'] : []),
    ...(levels.has('harmed') ? ['dashed line: a path crosses it that an attacker interrupts or slows'] : []),
  ]
  return items.length > 0 && html`<ul class="legend">${items.map((item) => html`<li>${item}</li>`)}</ul>`
}

function pathTable(paths: readonly PathView[]): Html {
  const columns = [
    { head: 'Path' },
    { head: 'From' },
    { head: 'To' },
    { head: 'Protection' },
    { head: 'Crosses' },
    { head: 'Attackers' },
  ]
  const rows = paths.map(({ name, kind, letter, from, to, instances, protection, medium, worst, level }) => [
    html`${name}<br><span class="note">${letter !== '' && `${letter}, `}${kind}${instances > 1 && `, ${instances} paths`}</span>`,
    from,
    to,
    protection,
    medium,
    worst === null || level === null
      ? html`<span class="none">–</span>`
      : html`<span class="status ${level}">✕ ${worst}</span>`,
  ])
  return table('Paths', columns, rows)
}
