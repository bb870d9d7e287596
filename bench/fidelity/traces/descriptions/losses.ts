import { answer, type KernelTrace } from '../kernel-trace.ts'

/**
 * Traces with losses. Ordinals of the server: 1 is its SYN-ACK, 2 its ACK of the request, 3 to 12 the first ten
 * segments.
 */
export const LOSSES: readonly KernelTrace[] = [
  {
    name: 'loss-early',
    about: 'the third segment of the first window is lost',
    ...answer(100_000),
    faults: ['b:5-5:drop'],
    lastsMs: 500,
  },
  {
    name: 'loss-late',
    about: 'one segment of the fourth round is lost',
    ...answer(200_000),
    faults: ['b:80-80:drop'],
    lastsMs: 600,
  },
  {
    name: 'two-losses',
    about: 'two segments of one window are lost',
    ...answer(150_000),
    faults: ['b:30-30:drop', 'b:34-34:drop'],
    lastsMs: 600,
  },
  {
    name: 'burst-loss',
    about: 'ten segments in a row are lost',
    ...answer(200_000),
    faults: ['b:45-54:drop'],
    lastsMs: 800,
  },
  {
    name: 'tail-one',
    about: 'the last segment is lost',
    ...answer(50_000),
    faults: ['b:37-37:drop'],
    lastsMs: 900,
  },
  {
    name: 'tail-two',
    about: 'the last two segments are lost',
    ...answer(50_000),
    faults: ['b:36-37:drop'],
    lastsMs: 900,
  },
  {
    name: 'tail-and-probe',
    about: 'the last two segments are lost, and the probe for them',
    ...answer(50_000),
    faults: ['b:36-38:drop'],
    lastsMs: 1_200,
  },
  {
    name: 'window-lost',
    about: 'the whole first window is lost, and the probe for it',
    ...answer(14_480),
    faults: ['b:3-13:drop'],
    lastsMs: 1_500,
  },
  {
    name: 'lone-answer-lost',
    about: 'an answer of one segment is lost, twice',
    ...answer(1_000),
    faults: ['b:3-4:drop'],
    lastsMs: 1_500,
  },
  {
    name: 'retransmission-lost',
    about: 'a segment is lost, and its retransmission too',
    ...answer(150_000),
    faults: ['b:20-20:drop', 'b:43-43:drop'],
    lastsMs: 900,
  },
  {
    name: 'loss-reno',
    about: 'one loss in the fourth round, by Reno',
    ...answer(200_000),
    faults: ['b:80-80:drop'],
    congestion: 'reno',
    lastsMs: 600,
  },
  {
    name: 'loss-bbr',
    about: 'one loss in the third round, by BBR',
    ...answer(100_000),
    faults: ['b:40-40:drop'],
    congestion: 'bbr',
    lastsMs: 600,
  },
]
