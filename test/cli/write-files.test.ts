import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Disk, writeFiles } from '../../src/cli/fix/write-files.ts'
import { aFolder } from '../fixtures/folder.ts'
import { LISTS_OPEN_FILES, openFilesBelow } from '../fixtures/open-files.ts'

describe('files that are written', () => {
  const BEFORE = 'a: 1\n'
  const AFTER = 'a: 2\n'

  function write(path: string, text = AFTER, known = BEFORE) {
    writeFiles([{ path, text: known }], [{ path, text }])
  }

  test.each([
    ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', (text: string) => Buffer.from(text, 'utf16le')],
  ])('keep their encoding: %s', (_, encoded) => {
    const path = join(aFolder({ 'a.yaml': '' }), 'a.yaml')
    writeFileSync(path, encoded(BEFORE))
    write(path)
    expect(readFileSync(path)).toEqual(encoded(AFTER))
  })

  test('keep their mode, and nothing is left beside them', () => {
    const path = join(aFolder({ 'a.yaml': BEFORE }), 'a.yaml')
    chmodSync(path, 0o600)
    write(path)
    expect(readFileSync(path, 'utf8')).toBe(AFTER)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path))).toEqual(['a.yaml'])
    // Also one that files do not get by themselves.
    chmodSync(path, 0o666)
    write(path, BEFORE, AFTER)
    expect(statSync(path).mode & 0o777).toBe(0o666)
  })

  test.runIf(LISTS_OPEN_FILES)('are closed', () => {
    const path = join(aFolder({ 'a.yaml': BEFORE }), 'a.yaml')
    write(path)
    expect(openFilesBelow(dirname(path))).toEqual([])
  })

  describe.runIf(process.getuid?.() === 0)('with an owner', () => {
    const [USER, GROUP] = [4711, 4712]
    /** Writes a file that belongs to USER; returns its text, owner and group afterwards. */
    const ownersOf = () => {
      const path = join(aFolder({ 'a.yaml': BEFORE }), 'a.yaml')
      chownSync(path, USER, GROUP)
      write(path)
      const { uid, gid } = statSync(path)
      return [readFileSync(path, 'utf8'), uid, gid]
    }
    const being = (uid: number) => {
      const asking = vi.spyOn(process, 'getuid').mockReturnValue(uid)
      onTestFinished(() => asking.mockRestore())
    }

    test('keep their owner and group', () => {
      expect(ownersOf()).toEqual([AFTER, USER, GROUP])
    })

    test('are not given to another owner by a user who is not root, and are refused where they belong to another user', () => {
      being(USER)
      expect(ownersOf()).toEqual([AFTER, process.geteuid?.(), process.getegid?.()])
      being(USER + 1)
      expect(ownersOf).toThrow('it belongs to another user; nothing was written')
    })
  })

  test('are none at all if one of them is a link, has several names, or changed meanwhile', () => {
    const folder = aFolder({ 'a.yaml': BEFORE, 'real.yaml': BEFORE, 'b.yaml': 'a: 3\n' })
    symlinkSync('real.yaml', join(folder, 'link.yaml'))
    mkdirSync(join(folder, 'd'))
    writeFileSync(join(folder, 'd', 'one.yaml'), BEFORE)
    linkSync(join(folder, 'd', 'one.yaml'), join(folder, 'd', 'two.yaml'))
    for (const [name, why] of [
      ['link.yaml', /symbolic link/],
      ['d/one.yaml', /hard links/],
      ['b.yaml', /changed since it was read/],
    ] as const) {
      const paths = [join(folder, 'a.yaml'), join(folder, name)]
      const list = (text: string) => paths.map((path) => ({ path, text }))
      expect(() => writeFiles(list(BEFORE), list(AFTER))).toThrow(why)
      expect(readFileSync(paths[0], 'utf8')).toBe(BEFORE)
    }
  })

  test('are not put over a file that was not read', () => {
    const path = join(aFolder({ 'new.yaml': BEFORE }), 'new.yaml')
    expect(() => writeFiles([], [{ path, text: AFTER }])).toThrow(/it exists/)
  })

  test('are new ones too, with the usual mode, even where a link leads nowhere beside them', () => {
    const folder = aFolder()
    const path = join(folder, 'new.yaml')
    writeFiles([], [{ path, text: AFTER }])
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777 & ~process.umask()]).toEqual([
      AFTER,
      0o644 & ~process.umask(),
    ])
    symlinkSync('nowhere', join(folder, 'link.yaml'))
    expect(() => writeFiles([], [{ path: join(folder, 'link.yaml'), text: AFTER }])).toThrow(/it exists/)
  })

  test('are only those whose text changes; the others may be anything', () => {
    const folder = aFolder({ 'a.yaml': BEFORE })
    const [path, gone] = [join(folder, 'a.yaml'), join(folder, 'gone.yaml')]
    const list = (text: string) => [
      { path: gone, text: 'the same' },
      { path, text },
    ]
    const { ino } = statSync(path)
    writeFiles(list(BEFORE), list(BEFORE))
    expect(statSync(path).ino).toBe(ino)
    writeFiles(list(BEFORE), list(AFTER))
    expect([readFileSync(path, 'utf8'), existsSync(gone)]).toEqual([AFTER, false])
  })

  test('get their old content and mode back, and new ones are removed, where a later one cannot be written', () => {
    const folder = aFolder({ 'a.yaml': BEFORE })
    const [path, fresh, nowhere] = ['a.yaml', 'fresh.yaml', 'no/folder.yaml'].map((name) => join(folder, name))
    chmodSync(path, 0o640)
    const after = [path, fresh, nowhere].map((each) => ({ path: each, text: AFTER }))
    expect(() => writeFiles([{ path, text: BEFORE }], after)).toThrow(`cannot write to ${nowhere}`)
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual([BEFORE, 0o640])
    expect(readdirSync(folder)).toEqual(['a.yaml'])
  })

  test('are no folders', () => {
    const folder = aFolder({ 'd/a.yaml': BEFORE })
    expect(() => write(join(folder, 'd'))).toThrow(/not a regular file/)
    expect(() => write(join(folder, 'missing.yaml'))).toThrow(/no such file/)
  })

  /** A disk of which one operation fails, as a full one does: half of what it was to write stays. */
  function failingDisk(nth: number, isBrokenFromThere = false) {
    let operations = 0
    const doing = (action: () => void, half: () => void = () => {}) => {
      operations++
      if (operations !== nth && !(isBrokenFromThere && operations > nth)) return action()
      half()
      throw Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' })
    }
    const put = (path: string, bytes: Buffer) => writeFileSync(path, bytes, { flag: 'wx' })
    const disk: Disk = {
      write: (path, bytes) =>
        doing(
          () => put(path, bytes),
          () => put(path, bytes.subarray(0, bytes.length / 2)),
        ),
      rename: (from, to) => doing(() => renameSync(from, to)),
      remove: (path) => doing(() => unlinkSync(path)),
    }
    return { disk, count: () => operations }
  }

  /** Writes two changed files and a new one to a disk; returns the error, and what lies there afterwards. */
  function fixOn(disk: Disk) {
    const folder = aFolder({ 'a.yaml': BEFORE, 'b.yaml': BEFORE })
    const paths = ['a.yaml', 'b.yaml', 'new.yaml'].map((name) => join(folder, name))
    const list = (text: string, count: number) => paths.slice(0, count).map((path) => ({ path, text }))
    let message: string | null = null
    try {
      writeFiles(list(BEFORE, 2), list(AFTER, 3), disk)
    } catch (error) {
      message = (error as Error).message.replaceAll(folder, '')
    }
    const found = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])
    return { message, found: Object.fromEntries(found) as Record<string, string> }
  }

  test('are all as before, whichever operation fails', () => {
    const { disk, count } = failingDisk(Number.POSITIVE_INFINITY)
    expect(fixOn(disk)).toEqual({ message: null, found: { 'a.yaml': AFTER, 'b.yaml': AFTER, 'new.yaml': AFTER } })
    expect(count()).toBe(6)
    for (let nth = 1; nth <= count(); nth++) {
      const { message, found } = fixOn(failingDisk(nth).disk)
      expect(message).toMatch(/^cannot write to \/(?:a|b|new)\.yaml: the disk is full$/)
      expect(found).toEqual({ 'a.yaml': BEFORE, 'b.yaml': BEFORE })
    }
  })

  test('are none where all are new, and the last one does not get its name', () => {
    const folder = aFolder()
    const after = ['a.yaml', 'b.yaml'].map((name) => ({ path: join(folder, name), text: AFTER }))
    expect(() => writeFiles([], after, failingDisk(4).disk)).toThrow(/b\.yaml: the disk is full$/)
    expect(readdirSync(folder)).toEqual([])
  })

  test('are never half, and those that stay changed are named, where nothing works any more', () => {
    for (let nth = 1; nth <= 6; nth++) {
      const { message, found } = fixOn(failingDisk(nth, true).disk)
      const changed = ['a.yaml', 'b.yaml', 'new.yaml'].filter((name) => found[name] === AFTER)
      const unchanged = ['a.yaml', 'b.yaml'].filter((name) => found[name] === BEFORE)
      expect([...changed, ...unchanged].filter((name) => name !== 'new.yaml').sort()).toEqual(['a.yaml', 'b.yaml'])
      const told = changed.length === 0 ? '' : `; these have their new content all the same: /${changed.join(', /')}`
      expect(message).toMatch(/^cannot write to \/(?:a|b|new)\.yaml: the disk is full/)
      expect(message?.slice(message.indexOf('full') + 4)).toBe(told)
    }
  })
})
