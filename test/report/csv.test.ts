import { expect, test } from 'vitest'
import { csvLines, csvTable } from '../../src/report/csv.ts'

test('a CSV text that a spreadsheet would execute begins with an apostrophe', () => {
  const texts = ['=HYPERLINK("x")', '+1+cmd|x', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1']
  expect(csvLines(texts.map((text) => [text]))).toBe(
    "\"'=HYPERLINK(\"\"x\"\")\"\n'+1+cmd|x\n'-2+3\n'@SUM(A1)\n' =1\n'␍=1\n'＝1\n",
  )
})

test('numbers stay numbers in CSV, also those given as texts', () => {
  expect(csvLines([[-5, 0.5, -1e-7, '-5', '+3', '-0.25', '1e-7', '-1.5e+9', null, '']])).toBe(
    '-5,0.5,-1e-7,-5,+3,-0.25,1e-7,-1.5e+9,,\n',
  )
  expect(csvLines([['-5ms', '-5 -3', '-']])).toBe("'-5ms,'-5 -3,'-\n")
})

test('an ordinary text is written to CSV as it is, with hidden characters made visible', () => {
  expect(csvTable([['name', (row: string) => row]], ['a=b', 'x, "y"', 'e\u001b[2J', 'two\nlines'])).toBe(
    'name\na=b\n"x, ""y"""\ne␛[2J\ntwo␊lines\n',
  )
})
