import type { PacketEntry } from '../../packets/packet-entry.ts'
import { firstAfter, MARKS } from '../../packets/playback/playback.ts'
import { instantText } from '../../report/view/texts.ts'
import { dissect } from '../actions.ts'
import { jump } from '../clock.ts'
import type { RunView } from '../protocol.ts'
import { dissected, isPlaying, nowNs, ran } from '../state.ts'
import { hostText } from './host-text.ts'

/** The packets before and after the moment that is shown. */
const BEFORE = 12
const AFTER = 6

/** The packets around the moment that is shown. A click goes to one, and shows what is in it. */
export function Packets() {
  const { value } = ran
  if (value === null) return <p class="note">No run yet.</p>
  const { packets, packetsLeftOut } = value.playback
  const first = Math.max(0, firstAfter(packets.sentNs, nowNs.value) - BEFORE)
  const rows = Array.from({ length: Math.min(BEFORE + AFTER, packets.sentNs.length - first) }, (_, i) => first + i)
  return (
    <div class="cluster">
      <section aria-label="Packets around this moment">
        <ol class="lines messages">
          {rows.map((row) => (
            <Row key={row} run={value} row={row} now={nowNs.value} />
          ))}
        </ol>
        {packetsLeftOut > 0 && <p class="note">Later packets are simulated again when the clock goes there.</p>}
      </section>
      <Dissection />
    </div>
  )
}

interface RowProps {
  readonly run: RunView
  readonly row: number
  readonly now: number
}

function Row({ run: { playback }, row, now }: RowProps) {
  const { sentNs, arrivedNs, direction, serial, marks } = playback.packets
  const { from, to } = playback.directions[direction[row]]
  const isForged = (marks[row] & (MARKS.forged | MARKS.altered)) !== 0
  const show = () => {
    isPlaying.value = false
    jump(sentNs[row])
    dissect({ direction: direction[row], serial: serial[row] })
  }
  return (
    <li class={`${sentNs[row] > now ? 'later' : ''} ${isForged ? 'forged' : ''}`}>
      <button type="button" class="plain" onClick={show}>
        <span class="time">{instantText(sentNs[row])}</span>
        <span class="from">{`${hostText(from)} → ${hostText(to)}`}</span>
        <span class="what">{kindText(marks[row], Number.isNaN(arrivedNs[row]))}</span>
      </button>
    </li>
  )
}

function kindText(marks: number, isLost: boolean): string {
  const has = (mark: number) => (marks & mark) !== 0
  return [
    has(MARKS.opening) ? 'SYN' : has(MARKS.data) ? 'data' : 'no data',
    ...(has(MARKS.retransmission) ? ['sent again'] : []),
    ...(has(MARKS.forged) ? ['forged'] : []),
    ...(has(MARKS.altered) ? ['altered'] : []),
    ...(isLost ? ['not arrived'] : []),
  ].join(', ')
}

function Dissection() {
  const { value } = dissected
  return (
    <section aria-label="Packet" aria-live="polite">
      {value.kind === 'idle' && <p class="note">Select a packet to see what is in it.</p>}
      {value.kind === 'looking' && <p class="note">The run is simulated up to this packet.</p>}
      {value.kind === 'failed' && <p>{value.message}</p>}
      {value.kind === 'found' && <Entry entry={value.value} />}
    </section>
  )
}

function Entry({ entry }: { readonly entry: PacketEntry }) {
  const { link, packet, sentNs, arrivedNs, stage, source, destination, flags, carries, forgedBy, alteredBy } = entry
  const rows: readonly (readonly [string, string])[] = [
    ['Packet', `${packet} on ${link}`],
    ['Sent', instantText(sentNs)],
    ['Arrived', arrivedNs === null ? stage : instantText(arrivedNs)],
    ['From', source],
    ['To', destination],
    ['TCP', `${flags} seq ${entry.sequenceNumber} ack ${entry.acknowledgementNumber} win ${entry.window}`],
    ['Bytes', `${entry.wireBytes} with headers, ${entry.payloadBytes} of data`],
    ...(entry.isRetransmission ? [['Again', 'its data was sent before'] as const] : []),
    ...(forgedBy === null ? [] : [['Forged by', forgedBy] as const]),
    ...(alteredBy === null ? [] : [['Altered by', alteredBy] as const]),
  ]
  return (
    <>
      <table>
        <tbody>
          {rows.map(([name, text]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <code>{text}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {carries.length > 0 && (
        <ol>
          {carries.map((text, i) => (
            <li key={`${i} ${text}`}>{text}</li>
          ))}
        </ol>
      )}
    </>
  )
}
