import { answer, type KernelTrace } from '../kernel-trace.ts'

export const ENDINGS: readonly KernelTrace[] = [
  {
    name: 'server-finishes-first',
    about: 'the server says its FIN behind its answer',
    client: { steps: ['send=100', 'end', 'finish'] },
    server: { steps: ['receive=100', 'send=1000', 'finish', 'end'] },
    lastsMs: 300,
  },
  {
    name: 'both-finish',
    about: 'the two FINs cross each other',
    client: { steps: ['wait=60', 'finish', 'end'] },
    server: { steps: ['wait=50', 'finish', 'end'] },
    lastsMs: 300,
  },
  {
    name: 'half-close',
    about: 'the client finishes, and the server then sends 30 kB',
    client: { steps: ['send=100', 'finish', 'end'] },
    server: { steps: ['receive=100', 'end', 'send=30000', 'finish'] },
    lastsMs: 400,
  },
  {
    name: 'late-finish',
    about: 'the client finishes, and the server only after 150 ms: it acknowledges the FIN apart',
    client: { steps: ['send=100', 'receive=1000', 'finish', 'end'] },
    server: { steps: ['receive=100', 'send=1000', 'end', 'wait=150', 'finish'] },
    lastsMs: 400,
  },
  {
    name: 'fin-lost',
    about: 'the FIN of the client is lost',
    client: { steps: ['send=100', 'receive=1000', 'wait=100', 'finish', 'end'] },
    server: { steps: ['receive=100', 'send=1000', 'end', 'finish'] },
    faults: ['a:5-5:drop'],
    lastsMs: 900,
  },
  {
    name: 'last-ack-lost',
    about: "the last ACK is lost, and the far end's FIN comes again to somebody who only waits",
    ...answer(1_000),
    faults: ['a:6-6:drop'],
    lastsMs: 900,
  },
  {
    name: 'unread-data',
    about: 'the server closes and has not read what came: a reset',
    client: { steps: ['send=3000', 'end'] },
    server: { steps: ['wait=50', 'close'] },
    lastsMs: 300,
  },
  {
    name: 'data-after-close',
    about: 'data come to an end that has closed: a reset',
    client: { steps: ['send=100', 'wait=100', 'send=100', 'wait=100', 'send=100'] },
    server: { steps: ['receive=100', 'close'] },
    lastsMs: 500,
  },
  {
    name: 'give-up',
    about: 'nothing of the answer arrives any more (tcp_retries2 = 3)',
    ...answer(10_000),
    faults: ['b:3-99:drop'],
    settings: { retries2: 3 },
    lastsMs: 9_000,
  },
]
