import type { MessageView, StoryView } from '../view/story-view.ts'
import { byteText, instantText } from '../view/texts.ts'
import { type Html, html } from './html.ts'

const ROW = 40
const HEAD = 34
const TIME = 84
const COLUMN = 330
const MOST_CHARACTERS = 48
const HOST_CHARACTERS = 30
/** The space to the right of the last line, which is half the width of a name. */
const MARGIN = 124

/** Draws messages between hosts as a sequence diagram: a line down for each host, an arrow for each message. */
export function sequenceDrawing({ hosts, messages }: StoryView): Html {
  const width = TIME + 70 + Math.max(1, hosts.length - 1) * COLUMN + MARGIN
  const height = HEAD + messages.length * ROW + 12
  const xOf = (host: string) => TIME + 70 + hosts.indexOf(host) * COLUMN
  return html`<svg class="sequence" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Sequence of messages. The list of packets says the same in words.">
${hosts.map((host) => html`<line class="life" x1="${xOf(host)}" y1="${HEAD - 8}" x2="${xOf(host)}" y2="${height}"></line><text class="name" x="${xOf(host)}" y="14">${shortened(host, HOST_CHARACTERS)}<title>${host}</title></text>`)}
${messages.map((message, i) => arrow(message, xOf, HEAD + i * ROW, width))}
</svg>`
}

function arrow(message: MessageView, xOf: (host: string) => number, top: number, width: number): Html {
  const { atNs, from, to, bytes, forgedBy, alteredBy, isEvidence } = message
  const y = top + 28
  const start = xOf(from)
  const end = to === null ? start + COLUMN / 2 : to === from ? start + 40 : xOf(to)
  const direction = end > start ? 1 : -1
  const by = forgedBy === null ? (alteredBy === null ? '' : `, altered by ${alteredBy}`) : `, made by ${forgedBy}`
  const text = `${message.text}${by}`
  const isBad = forgedBy !== null || alteredBy !== null
  const head = `M${end} ${y}l${-9 * direction} -4.5v9z`
  return html`<g class="${isBad ? 'forged' : ''}">${isEvidence && html`<rect class="evidence-row" x="0" y="${top}" width="${width}" height="${ROW}"></rect>`}<text class="time" x="${TIME}" y="${y}">${instantText(atNs)}</text><title>${text}, ${byteText(bytes)}</title><line class="message" x1="${start}" y1="${y}" x2="${end}" y2="${y}"></line><path class="head" d="${head}"></path><text class="text" x="${to === null ? start + COLUMN / 2 : (start + end) / 2}" y="${y - 11}">${shortened(isEvidence ? `► ${text}` : text, MOST_CHARACTERS)}</text></g>
`
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
