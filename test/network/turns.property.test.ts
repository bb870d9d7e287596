import fc from 'fast-check'
import { expect, test } from 'vitest'
import { processorLab } from '../fixtures/processor-lab.ts'

const HOSTS = ['a', 'b', 'c'] as const

const act = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('work' as const),
      who: fc.nat(5),
      costNs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 })),
      laterNs: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(150)),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), who: fc.nat(5), worksNs: fc.nat(60) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const), who: fc.nat(2) }) },
)

const day = fc.record({
  cores: fc.integer({ min: 1, max: 2 }),
  owner: fc.constantFrom(...HOSTS),
  guests: fc.subarray([...HOSTS]),
  acts: fc.oneof(...[6, 10, 25].map((maxLength) => fc.array(fc.tuple(fc.nat(200), act), { maxLength, size: 'max' }))),
})

// Each host has its own program and one with a single thread; a program that has read then works.
test('every program that waits for a turn gets it in the end unless its host restarts, and no row is left over', () => {
  fc.assert(
    fc.property(day, ({ cores, owner, guests, acts }) => {
      const isGuest = (name: string) => name !== owner && (guests as readonly string[]).includes(name)
      const hosts = HOSTS.map((name) => ({ name, cores, ...(isGuest(name) ? { coresOf: owner } : {}) }))
      const { lab, diary, work, read } = processorLab(cores, hosts)
      const { processors } = lab
      const own = (host: string) => processors.startProgram(lab.host(host))
      const programs = HOSTS.flatMap((host) => [
        { host, program: lab.host(host) },
        { host, program: own(host) },
      ])
      const unread = new Map<number, string>()
      const done = () => new Set(diary.done.map(([step]) => step))
      acts.forEach(([tick, what], step) => {
        lab.at(tick, () => {
          if (what.kind === 'restart') {
            const host = HOSTS[what.who]
            for (const [each, where] of unread) if (where === host) unread.delete(each)
            return processors.discardWork(lab.host(host))
          }
          const task = programs[what.who]
          if (what.kind === 'work') {
            work(1_000 + step, what.costNs, { ...task, notBefore: tick + what.laterNs })
          } else {
            unread.set(step, task.host)
            diary.afterwards.set(step, () => {
              unread.delete(step)
              work(2_000 + step, what.worksNs, task)
            })
            read(step, task)
          }
        })
      })
      lab.run()
      expect([...unread.keys()].filter((step) => !done().has(step))).toEqual([])
      expect(processors['jobs'].count).toBe(0)
      for (const { program } of programs.filter(({ host, program: each }) => each !== lab.host(host)))
        processors.endProgram(program)
      expect(processors['programs'].count).toBe(HOSTS.length)
    }),
    { numRuns: 300, endOnFailure: true },
  )
})
