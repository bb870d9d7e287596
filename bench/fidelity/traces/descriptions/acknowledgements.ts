import type { KernelTrace, Step } from '../kernel-trace.ts'

const times = (count: number, ...steps: Step[]): Step[] => Array.from({ length: count }, () => steps).flat()

export const ACKNOWLEDGEMENTS: readonly KernelTrace[] = [
  {
    name: 'small-writes',
    about: 'twenty-five times 100 bytes, 30 ms apart, to somebody who never answers',
    client: { steps: times(25, 'send=100', 'wait=30') },
    server: { steps: ['end'] },
    lastsMs: 900,
  },
  {
    name: 'questions-and-answers',
    about: 'six times: 100 bytes, and 200 in answer; ACKs wait for company',
    client: { steps: [...times(6, 'send=100', 'receive=200', 'wait=80'), 'finish', 'end'] },
    server: { steps: [...times(6, 'receive=100', 'send=200'), 'end', 'finish'] },
    lastsMs: 1_000,
  },
  {
    name: 'slow-answer',
    about: 'three times: 100 bytes, and an answer 60 ms later, which comes too late to carry the ACK',
    client: { steps: [...times(3, 'send=100', 'receive=200'), 'finish', 'end'] },
    server: { steps: [...times(3, 'receive=100', 'wait=60', 'send=200'), 'end', 'finish'] },
    lastsMs: 600,
  },
  {
    name: 'chatter',
    about: 'two parts of a question 5 ms apart, to somebody who answers',
    client: { steps: [...times(4, 'send=100', 'wait=5', 'send=100', 'receive=200', 'wait=70'), 'finish', 'end'] },
    server: { steps: [...times(4, 'receive=200', 'send=200'), 'end', 'finish'] },
    lastsMs: 900,
  },
  {
    name: 'full-segments',
    about: 'five times three full segments and a small one, each 60 ms, to somebody who never answers',
    client: { steps: times(5, 'send=4444', 'wait=60') },
    server: { steps: ['end'] },
    lastsMs: 500,
  },
]
