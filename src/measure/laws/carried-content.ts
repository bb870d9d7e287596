import type { Judged, Law } from './law.ts'
import type { ContentStep, PacketLog } from './packet-log.ts'

export const carriedContent: Law<PacketLog> = {
  name: 'carried content',
  sentence: 'By any tick no byte of a content has been read at a host, or sent on by one, that had not arrived there.',
  exceptions: [
    'Attackers and rules change and insert bytes: their runs are not judged.',
    'Where an address is translated to an own one, what is sent on counts as sent anew.',
  ],
  judge: ({ contents }): Judged => {
    const arrived = new Map<string, Ranges>()
    const breaches: string[] = []
    let times = 0
    for (const step of contents) {
      const key = `${step.place} ${step.content}`
      const ranges = arrived.get(key) ?? new Ranges()
      arrived.set(key, ranges)
      if (step.kind === 'arrived') ranges.add(step.startOffset, step.endOffset)
      else {
        times++
        if (!ranges.covers(step.startOffset, step.endOffset)) breaches.push(sentenceOf(step))
      }
    }
    return { times, breaches }
  },
}

function sentenceOf({ kind, place, content, startOffset, endOffset, tick }: ContentStep): string {
  const what = kind === 'read' ? 'read' : 'sent on'
  return `${place} ${what} bytes ${startOffset} to ${endOffset} of ${content} at ${tick}, and not all had arrived`
}

/** Disjoint ranges of offsets, in order. Ranges that touch are one. */
class Ranges {
  private readonly starts: number[] = []
  private readonly ends: number[] = []

  add(start: number, end: number): void {
    // Nearly all bytes arrive in order, so the search begins at the end.
    let first = this.starts.length
    while (first > 0 && this.ends[first - 1] >= start) first--
    let after = first
    while (after < this.starts.length && this.starts[after] <= end) after++
    const isAlone = after === first
    const from = isAlone ? start : Math.min(start, this.starts[first])
    const to = isAlone ? end : Math.max(end, this.ends[after - 1])
    this.starts.splice(first, after - first, from)
    this.ends.splice(first, after - first, to)
  }

  covers(start: number, end: number): boolean {
    return this.starts.some((from, nth) => from <= start && end <= this.ends[nth])
  }
}
