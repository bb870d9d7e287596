import type { ConnectionView } from '../../view/connection-view.ts'
import { spanText } from '../../view/texts.ts'
import { queueChart, rttChart, windowChart } from '../charts/connection-charts.ts'
import { type Html, html } from '../html.ts'
import { figure, leftOut, legend, section } from './parts.ts'

/** Makes the section about windows, round-trip times and queues of connections with much traffic. */
export function connectionsSection(connections: readonly ConnectionView[], pathsLeftOut: number): Html {
  return section(
    'connections',
    'Inside a connection',
    html`<p class="lead">Of the paths whose requests carry most, the connection that had most data in flight, as its sender sees it. Time is from its first sample.</p>`,
    connections.map(connectionBlock),
    leftOut(pathsLeftOut, 'path'),
  )
}

function connectionBlock(view: ConnectionView, i: number): Html {
  const { path, host, local, remote, fromNs, toNs, queue, retransmitted } = view
  return html`<h3>${path}</h3>
<p class="note">${host}, ${local} to ${remote}, from ${spanText(fromNs)} to ${spanText(toNs)}, ${retransmitted} segments retransmitted</p>
<div class="charts">${figure('Window', html`${windowChart(`window-${i}`, view)}${legend(['congestion window', 'in flight'])}`)}
${figure('Round-trip time', html`${rttChart(`rtt-${i}`, view)}${legend(['smoothed', 'smallest so far'])}`)}
${queue !== null && figure(html`Queue <span class="note">of ${queue.link}</span>`, html`${queueChart(`queue-${i}`, view)}${legend(['packets that wait or are being sent'])}`)}</div>
`
}
