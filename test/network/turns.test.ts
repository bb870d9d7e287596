import { describe, expect, test } from 'vitest'
import { processorLab } from '../fixtures/processor-lab.ts'

describe('a program that reads from a socket', () => {
  test('a program that reads from a socket reads at once while a core is free', () => {
    const { lab, diary, work, read } = processorLab(2)
    work(1, 100)
    lab.at(10, () => read(2))
    lab.run()
    expect(diary.done).toEqual([
      [2, 10],
      [1, 100],
    ])
  })

  test('a program that reads from a socket waits while the only core is busy, also with work that arrived later', () => {
    const { lab, diary, work, read } = processorLab(1)
    work(1, 100)
    lab.at(10, () => read(2))
    lab.at(20, () => work(3, 50))
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [3, 150],
      [2, 150],
    ])
  })

  test('a program that reads from a socket waits until one of several cores is idle', () => {
    const { lab, diary, work, read } = processorLab(2)
    work(1, 100)
    work(2, 60)
    lab.at(10, () => read(3))
    lab.run()
    expect(diary.done).toEqual([
      [2, 60],
      [3, 60],
      [1, 100],
    ])
  })

  test('a program that reads from a socket reads first if it has just used the core, and others follow in order of arrival', () => {
    const { lab, diary, work, read } = processorLab(1)
    const [sshd, other] = [lab.processors.startProgram(lab.host('a')), lab.processors.startProgram(lab.host('a'))]
    work(1, 100, { program: sshd })
    lab.at(10, () => read(2))
    lab.at(20, () => read(3, { program: other }))
    lab.at(30, () => read(4, { program: sshd }))
    lab.at(40, () => read(5, { program: sshd }))
    lab.run()
    expect(diary.done).toEqual([1, 4, 5, 2, 3].map((step) => [step, 100]))
  })

  test('a program that reads from a socket makes others wait longer when it works on what it has read', () => {
    const { lab, diary, work, read } = processorLab(1)
    const sshd = lab.processors.startProgram(lab.host('a'))
    diary.afterwards.set(2, () => work(4, 50))
    work(1, 100)
    lab.at(10, () => read(2))
    lab.at(20, () => read(3, { program: sshd }))
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [2, 100],
      [4, 150],
      [3, 150],
    ])
  })

  test('a program with many threads keeps reading while it works, without delaying earlier readers', () => {
    const { lab, diary, work, read } = processorLab(1)
    diary.afterwards.set(2, () => work(5, 50))
    work(1, 100)
    lab.at(10, () => read(2))
    lab.at(20, () => read(3))
    lab.run()
    // The core is taken again before the second has its turn.
    expect(diary.done).toEqual([
      [1, 100],
      [2, 100],
      [5, 150],
      [3, 150],
    ])
  })

  test('a program with one thread waits for its own work even while a core is free', () => {
    const { lab, diary, work, read } = processorLab(2)
    const sshd = lab.processors.startProgram(lab.host('a'))
    work(1, 100, { program: sshd })
    lab.at(10, () => read(2, { program: sshd }))
    lab.at(20, () => read(3))
    lab.run()
    expect(diary.done).toEqual([
      [3, 20],
      [1, 100],
      [2, 100],
    ])
  })

  test('a program with one thread is overtaken by later programs when it starts new work', () => {
    const { lab, diary, work, read } = processorLab(2)
    const sshd = lab.processors.startProgram(lab.host('a'))
    diary.afterwards.set(1, () => work(4, 100, { program: sshd }))
    work(1, 50, { program: sshd })
    work(5, 60)
    lab.at(10, () => read(2, { program: sshd }))
    lab.at(20, () => read(3))
    lab.run()
    expect(diary.done).toEqual([
      [1, 50],
      [5, 60],
      [3, 60],
      [4, 150],
      [2, 150],
    ])
  })

  test('a program can read from several sockets at one tick if reading costs nothing', () => {
    const { lab, diary, work, read } = processorLab(1)
    diary.afterwards.set(2, () => work(6, 0))
    work(1, 100)
    for (const step of [2, 3, 4]) lab.at(10, () => read(step))
    lab.run()
    expect(diary.done).toEqual([1, 2, 6, 3, 4].map((step) => [step, 100]))
  })

  test('a program that reads from a socket does not wait for work that costs nothing or starts later', () => {
    const { lab, diary, work, read } = processorLab(1)
    work(1, 0, { notBefore: 200 })
    work(2, 10, { notBefore: 100 })
    lab.at(50, () => read(3))
    lab.at(105, () => read(4))
    lab.at(150, () => read(5))
    lab.run()
    expect(diary.done).toEqual([
      [3, 50],
      [2, 110],
      [4, 110],
      [5, 150],
      [1, 200],
    ])
  })

  test('a program with one thread also waits for its own work that starts later', () => {
    const { lab, diary, work, read } = processorLab(1)
    const sshd = lab.processors.startProgram(lab.host('a'))
    work(1, 0, { notBefore: 200, program: sshd })
    lab.at(50, () => read(2, { program: sshd }))
    lab.run()
    expect(diary.done).toEqual([
      [1, 200],
      [2, 200],
    ])
  })

  test('a program that reads from a socket loses its turn to the next one when its row has been released', () => {
    const { lab, diary, work, read } = processorLab(1)
    work(1, 100)
    lab.at(10, () => read(2, { row: 7 }))
    lab.at(20, () => read(3))
    lab.at(30, () => diary.gone.add(7))
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [3, 100],
    ])
    expect(lab.processors['jobs'].count).toBe(0)
  })
})

describe('the row of a program that has ended', () => {
  test('the row of a program that has ended is released when its work is done and its last turn is over', () => {
    const { lab, diary, work, read } = processorLab(1)
    const { processors } = lab
    const sshd = processors.startProgram(lab.host('a'))
    work(1, 100, { program: sshd })
    work(2, 50)
    lab.at(10, () => read(3, { program: sshd }))
    lab.at(20, () => processors.endProgram(sshd))
    lab.at(110, () => expect(processors.startProgram(lab.host('b'))).not.toBe(sshd))
    lab.run()
    expect(diary.done).toEqual([
      [1, 100],
      [2, 150],
      [3, 150],
    ])
    expect(processors.startProgram(lab.host('b'))).toBe(sshd)
  })

  test('the row of a program that has ended is released at once when it has no work', () => {
    const { lab } = processorLab(1)
    const sshd = lab.processors.startProgram(lab.host('a'))
    lab.processors.endProgram(sshd)
    expect(lab.processors.startProgram(lab.host('b'))).toBe(sshd)
  })
})

describe('a restart of a host', () => {
  test('a restart of a host discards the turns that programs wait for', () => {
    const { lab, diary, work, read } = processorLab(1)
    const sshd = lab.processors.startProgram(lab.host('a'))
    work(1, 100)
    lab.at(10, () => read(2))
    lab.at(20, () => read(3, { program: sshd }))
    lab.at(50, () => lab.processors.discardWork(lab.host('a')))
    lab.at(50, () => lab.processors.endProgram(sshd))
    lab.at(60, () => read(4))
    lab.run()
    expect(diary.done).toEqual([[4, 60]])
    expect([lab.processors['jobs'].count, lab.processors['programs'].count]).toEqual([0, 2])
  })

  test('a restart of a host discards work that was to start later', () => {
    const { lab, diary, work, read } = processorLab(1)
    work(1, 10, { notBefore: 1_000 })
    lab.at(50, () => lab.processors.discardWork(lab.host('a')))
    lab.at(50, () => work(2, 100))
    lab.at(60, () => read(3))
    lab.run()
    expect(diary.done).toEqual([
      [2, 150],
      [3, 150],
    ])
  })
})

// The name of the host that owns the cores can sort before or after that of the other host.
describe.each([
  ['first', 'a', 'b'],
  ['last', 'b', 'a'],
])('hosts that share cores, whose owner is named %s', (_, owner, guest) => {
  const share = (cores = 1) =>
    processorLab(cores, [
      { name: guest, coresOf: owner, cores },
      { name: owner, cores },
    ])

  test('hosts that share cores do one piece of work after the other, and read when neither works', () => {
    const { lab, diary, work, read } = share()
    work(1, 100, { host: guest })
    work(2, 50, { host: owner })
    lab.at(10, () => read(3, { host: owner }))
    lab.at(20, () => read(4, { host: guest }))
    lab.run()
    // The program that has just worked reads first.
    expect(diary.done).toEqual([
      [1, 100],
      [2, 150],
      [3, 150],
      [4, 150],
    ])
  })

  test('hosts that share two cores work at the same time', () => {
    const { lab, diary, work } = share(2)
    work(1, 100, { host: guest })
    work(2, 50, { host: owner })
    work(3, 10, { host: guest })
    lab.run()
    expect(diary.done).toEqual([
      [2, 50],
      [3, 60],
      [1, 100],
    ])
  })

  test.each([
    ['the guest', guest, owner],
    ['the owner', owner, guest],
  ])(
    'hosts that share cores lose the work of %s when it restarts, and not that of the other host',
    (_who, dead, other) => {
      const { lab, diary, work, read } = share()
      const { processors } = lab
      work(1, 40, { host: other })
      work(2, 100, { host: dead })
      lab.at(10, () => read(3, { host: dead }))
      lab.at(15, () => read(4, { host: other }))
      lab.at(20, () => processors.discardWork(lab.host(dead)))
      // Discarded work does not delay other work.
      lab.at(45, () => work(5, 10, { host: other }))
      lab.run()
      expect(diary.done).toEqual([
        [1, 40],
        [4, 40],
        [5, 55],
      ])
      expect([processors['jobs'].count, processors['programs'].count]).toEqual([0, 2])
    },
  )

  test('hosts that share cores give a turn to the other at once when only the restarting host had work', () => {
    const { lab, diary, work, read } = share()
    work(1, 100, { host: guest })
    lab.at(10, () => read(2, { host: owner }))
    lab.at(20, () => lab.processors.discardWork(lab.host(guest)))
    lab.run()
    expect(diary.done).toEqual([[2, 20]])
  })

  test('hosts that share cores do the other’s queued work at its planned time, and read earlier, when one restarts', () => {
    const { lab, diary, work, read } = share()
    work(1, 50, { host: guest })
    work(2, 10, { host: owner })
    lab.at(10, () => read(3, { host: owner }))
    lab.at(20, () => lab.processors.discardWork(lab.host(guest)))
    lab.at(55, () => read(4, { host: owner }))
    lab.run()
    expect(diary.done).toEqual([
      [3, 20],
      [2, 60],
      [4, 60],
    ])
  })
})
