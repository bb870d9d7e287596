import { secondsText } from '../list/packet-line.ts'
import { messagesOf } from '../messages-of.ts'
import type { MessageEntry } from '../story.ts'
import type { TraceFormat } from './trace-format.ts'

/** The most messages of a diagram. Mermaid draws larger diagrams slowly, and they are unreadable. */
const MOST_MESSAGES = 200

/** Draws the messages between hosts as a sequence diagram of Mermaid. */
export const mermaid: TraceFormat = {
  meaning: 'a sequence diagram of the messages, at most 200, for Markdown',
  sampleEveryNs: null,
  mostPackets: 20_000,
  write({ scenario, packets, plan, packetsLeftOut }) {
    const messages = messagesOf(packets, plan)
    const shown = messages.slice(0, MOST_MESSAGES)
    const hosts = [...new Set(shown.flatMap(({ from, to }) => (to === null ? [from] : [from, to])))]
    const aliasOf = new Map(hosts.map((host, i) => [host, `h${i + 1}`]))
    const lines = [
      'sequenceDiagram',
      `  %% ${plain(scenario)}`,
      ...hosts.map((host) => `  participant ${aliasOf.get(host)} as ${plain(host)}`),
      ...shown.map((message) => `  ${arrow(message, aliasOf)}`),
      ...leftOutLines(messages.length - shown.length, packetsLeftOut, aliasOf.get(hosts[0])),
    ]
    return `${lines.join('\n')}\n`
  },
}

function arrow(
  { from, to, layer, text, sentNs, arrivedNs, forgedBy, alteredBy }: MessageEntry,
  aliasOf: ReadonlyMap<string, string>,
): string {
  const isLost = arrivedNs === null
  const receiver = aliasOf.get(to ?? from)
  const notes = [
    ...(isLost ? ['did not arrive'] : []),
    ...(forgedBy === null ? [] : [`forged by ${forgedBy}`]),
    ...(alteredBy === null ? [] : [`altered by ${alteredBy}`]),
  ]
  const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`
  const label = `${secondsText(sentNs)} ${layer.toUpperCase()} ${text}${note}`
  return `${aliasOf.get(from)}${isLost ? '--x' : '->>'}${receiver}: ${plain(label)}`
}

/** Returns notes about what the diagram leaves out. */
function leftOutLines(messages: number, packets: number, first: string | undefined): string[] {
  if (first === undefined) return []
  const parts = [
    ...(messages > 0 ? [`${messages} more messages`] : []),
    ...(packets > 0 ? [`the messages in ${packets} later packets`] : []),
  ]
  return parts.length === 0 ? [] : [`  note over ${first}: left out: ${parts.join(' and ')}`]
}

/** Characters with a meaning in Mermaid, and line ends. Mermaid writes characters as `#NUMBER;`. */
const SPECIAL = /[#;%<>"'\\{}[\]|`\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

function plain(text: string): string {
  return text.replace(SPECIAL, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x20 ? ' ' : `#${code};`
  })
}
