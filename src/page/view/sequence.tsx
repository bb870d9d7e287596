import type { PlayedMessage } from '../../packets/playback/playback.ts'
import { instantText } from '../../report/view/texts.ts'
import { hostText } from './host-text.ts'

/** The width of the diagram where it has room, and the least and greatest distance of two hosts. */
const WIDTH = 1_200
const EDGE = 20
const LEAST_COLUMN = 110
const MOST_COLUMN = 240
const ROW = 26
const TOP = 34

/** The most characters of a message that its arrow has room for. */
const MOST_CHARACTERS = 34

interface SequenceProps {
  readonly messages: readonly PlayedMessage[]
  readonly now: number
}

/** The sequence of messages: a line for each host, an arrow for each message, and the moment of the clock between. */
export function Sequence({ messages, now }: SequenceProps) {
  const hosts = [...new Set(messages.flatMap(({ from, to }) => (to === null ? [from] : [from, to])))]
  const column = Math.max(
    LEAST_COLUMN,
    Math.min(MOST_COLUMN, Math.min(WIDTH, innerWidth - 2 * EDGE) / Math.max(1, hosts.length)),
  )
  const [width, height] = [hosts.length * column, TOP + messages.length * ROW + 12]
  const xOf = (host: string) => (hosts.indexOf(host) + 0.5) * column
  const passed = messages.filter(({ sentNs }) => sentNs <= now).length
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Sequence of messages">
      <svg
        class="sequence"
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={`${messages.length} messages between ${hosts.map(hostText).join(', ')}; the list says the same in words`}
      >
        {hosts.map((host) => (
          <g key={host}>
            <text class="host" x={xOf(host)} y={16}>
              {hostText(host)}
            </text>
            <line class="life" x1={xOf(host)} x2={xOf(host)} y1={24} y2={height} />
          </g>
        ))}
        <line class="now" x1={0} x2={width} y1={TOP + passed * ROW} y2={TOP + passed * ROW} />
        {messages.map((message, i) => (
          <Arrow
            key={`${message.sentNs} ${i}`}
            message={message}
            isPassed={i < passed}
            y={TOP + i * ROW}
            from={xOf(message.from)}
            to={message.to === null ? xOf(message.from) + column / 2 : xOf(message.to)}
          />
        ))}
      </svg>
    </div>
  )
}

interface ArrowProps {
  readonly message: PlayedMessage
  readonly isPassed: boolean
  readonly y: number
  readonly from: number
  readonly to: number
}

function Arrow({ message, isPassed, y, from, to }: ArrowProps) {
  const { sentNs, to: receiver, layer, text, forgedBy } = message
  const words = layer === 'data' ? text : `${layer.toUpperCase()} ${text}`
  const [start, end] = [y + ROW - 9, y + ROW - 3]
  const head = to < from ? 7 : -7
  return (
    <g
      class={`message${isPassed ? '' : ' later'}${forgedBy === null ? '' : ' forged'}${receiver === null ? ' lost' : ''}`}
    >
      <title>{`${instantText(sentNs)}: ${words}${forgedBy === null ? '' : `, forged by ${forgedBy}`}`}</title>
      {from === to ? (
        <path class="self" d={`M${from} ${start}h18v6h-18`} />
      ) : (
        <line x1={from} y1={start} x2={to} y2={end} />
      )}
      <path d={`M${to} ${end}l${from === to ? 7 : head} -4v8z`} />
      <text class={from === to ? 'beside' : ''} x={from === to ? from + 24 : (from + to) / 2} y={start - 3}>
        {words.length > MOST_CHARACTERS ? `${words.slice(0, MOST_CHARACTERS - 1)}…` : words}
      </text>
    </g>
  )
}
