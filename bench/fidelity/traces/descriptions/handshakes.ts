import { answer, type KernelTrace } from '../kernel-trace.ts'

export const HANDSHAKES: readonly KernelTrace[] = [
  { name: 'handshake', about: 'a request and its answer, nothing else', ...answer(1_000), lastsMs: 300 },
  { name: 'syn-lost', about: 'the first SYN is lost', ...answer(1_000), faults: ['a:1-1:drop'], lastsMs: 1_500 },
  {
    name: 'syn-ack-lost',
    about: 'the answer to the SYN is lost',
    ...answer(1_000),
    faults: ['b:1-1:drop'],
    lastsMs: 1_500,
  },
  {
    name: 'handshake-ack-lost',
    about: 'the ACK that ends the handshake is lost: the request carries it too',
    ...answer(1_000),
    faults: ['a:2-2:drop'],
    lastsMs: 300,
  },
  {
    name: 'handshake-ack-lost-server-speaks',
    about: 'the same, where the server has the first word and does not know that it may say it',
    client: { steps: ['receive=1000', 'finish', 'end'] },
    server: { steps: ['send=1000', 'end', 'finish'] },
    faults: ['a:2-2:drop'],
    lastsMs: 1_500,
  },
  { name: 'request-lost', about: 'the request is lost', ...answer(1_000), faults: ['a:3-3:drop'], lastsMs: 700 },
  {
    name: 'refused',
    about: 'nobody listens',
    client: { steps: [] },
    server: 'refuses',
    lastsMs: 200,
  },
  {
    name: 'syn-give-up',
    about: 'no SYN arrives; one retry in equal time, and two that double',
    ...answer(1_000),
    faults: ['a:1-99:drop'],
    settings: { syn_retries: 2, syn_linear_timeouts: 1 },
    lastsMs: 9_000,
  },
]
