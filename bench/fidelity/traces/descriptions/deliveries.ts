import { answer, type KernelTrace } from '../kernel-trace.ts'

/** Traces without lost data: segments arrive late or twice, or their ACKs are lost. */
export const DELIVERIES: readonly KernelTrace[] = [
  { name: 'slow-start', about: 'an answer in four rounds', ...answer(200_000), lastsMs: 400 },
  { name: 'slow-start-reno', about: 'the same by Reno', ...answer(200_000), congestion: 'reno', lastsMs: 400 },
  {
    name: 'slow-start-bbr',
    about: 'an answer in three rounds by BBR',
    ...answer(100_000),
    congestion: 'bbr',
    lastsMs: 400,
  },
  {
    name: 'slow-link',
    about: 'slow start over 10 Mbps, whose queue takes all',
    ...answer(150_000),
    link: { onewayUs: 10_000, rateMbps: 10, queuePackets: 200 },
    lastsMs: 600,
  },
  {
    name: 'queue-overflow',
    about: 'slow start over 10 Mbps and a queue of 20 packets',
    ...answer(200_000),
    link: { onewayUs: 10_000, rateMbps: 10, queuePackets: 20 },
    lastsMs: 1_000,
  },
  {
    name: 'reordering-small',
    about: 'one segment comes 0.3 ms late, behind two others',
    ...answer(100_000),
    faults: ['b:20-20:delay=300'],
    lastsMs: 400,
  },
  {
    name: 'reordering-large',
    about: 'one segment comes 8 ms late, behind all of its round',
    ...answer(100_000),
    faults: ['b:20-20:delay=8000'],
    lastsMs: 500,
  },
  {
    name: 'spurious-recovery',
    about: 'one segment comes a round trip late, when it has been sent again',
    ...answer(150_000),
    faults: ['b:20-20:delay=35000'],
    lastsMs: 600,
  },
  {
    name: 'spurious-timeout',
    about: 'everything is held up for 400 ms: the timeout has no cause',
    ...answer(100_000),
    faults: ['b:13-40:delay=400000'],
    lastsMs: 1_500,
  },
  {
    name: 'duplicate',
    about: 'one segment comes twice',
    ...answer(60_000),
    faults: ['b:20-20:copy=1000'],
    lastsMs: 400,
  },
  {
    name: 'acks-lost',
    about: 'five ACKs in a row are lost',
    ...answer(100_000),
    faults: ['a:8-12:drop'],
    lastsMs: 500,
  },
  {
    name: 'round-of-acks-lost',
    about: 'all ACKs of the first round are lost',
    ...answer(60_000),
    faults: ['a:4-13:drop'],
    lastsMs: 900,
  },
]
