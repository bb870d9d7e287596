import type { KernelTrace } from '../kernel-trace.ts'

export const WINDOWS: readonly KernelTrace[] = [
  {
    name: 'zero-window',
    about: 'nobody reads for 2 s, from a buffer of 32 kB; the sender asks',
    client: { steps: ['send=60000'] },
    server: { steps: ['wait=2000', 'receive=60000'], receiveBuffer: 32_768 },
    lastsMs: 2_500,
  },
  {
    name: 'zero-window-grown',
    about: 'nobody reads for 1 s, from a buffer that grows by itself',
    client: { steps: ['send=150000'] },
    server: { steps: ['wait=1000', 'receive=150000'] },
    lastsMs: 1_500,
  },
  {
    name: 'window-update-lost',
    about: 'the news that the window is open again is lost',
    client: { steps: ['send=60000'] },
    server: { steps: ['wait=600', 'receive=60000'], receiveBuffer: 32_768 },
    faults: ['b:16-16:drop'],
    lastsMs: 2_500,
  },
  {
    name: 'receive-buffer',
    about: 'a buffer of 32 kB, read at once, holds the sender back',
    client: { steps: ['send=150000', 'finish'] },
    server: { steps: ['receive=150000', 'end', 'finish'], receiveBuffer: 32_768 },
    lastsMs: 600,
  },
  {
    name: 'idle-short',
    about: '30 kB, 100 ms of nothing, 60 kB: the window stays',
    client: { steps: ['send=30000', 'wait=160', 'send=60000'] },
    server: { steps: ['end'] },
    lastsMs: 500,
  },
  {
    name: 'idle-restart',
    about: '100 kB, 2.5 s of nothing, 100 kB: the window has halved for each timeout',
    client: { steps: ['send=100000', 'wait=2500', 'send=100000'] },
    server: { steps: ['end'] },
    lastsMs: 2_900,
  },
  {
    name: 'idle-restart-once',
    about: '100 kB, half a second of nothing, 100 kB',
    client: { steps: ['send=100000', 'wait=500', 'send=100000'] },
    server: { steps: ['end'] },
    lastsMs: 900,
  },
  {
    name: 'keepalive',
    about: 'a silent end is asked, and answers',
    client: { steps: ['send=100'], keepalive: [1, 1, 3] },
    server: { steps: ['end'] },
    lastsMs: 3_500,
  },
  {
    name: 'keepalive-give-up',
    about: 'a silent end is asked three times, and nothing is heard of it',
    client: { steps: ['send=100'], keepalive: [1, 1, 3] },
    server: { steps: ['end'] },
    faults: ['b:3-99:drop'],
    lastsMs: 5_500,
  },
]
