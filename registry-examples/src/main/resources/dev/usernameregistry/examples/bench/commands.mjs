// How tests and benchmarks drive a script:
//
// stdin:  one command a line, {"id": 7, "do": "put", ...}; end of input ends the process
// stdout: one answer a line, {"id": 7, ...} or {"id": 7, "error": "..."}, and events between them,
//         {"event": "...", ...}
//
// Commands run side by side: one that waits does not hold up the next.
import readline from 'node:readline'

export function serve (commands) {
  const run = async ({ id, do: verb, ...fields }) => {
    try {
      if (!commands[verb]) throw new Error('no command ' + verb)
      tell({ id, ...(await commands[verb](fields)) })
    } catch (err) {
      tell({ id, error: err.message })
    }
  }
  const lines = readline.createInterface({ input: process.stdin })
  lines.on('line', (line) => run(JSON.parse(line)))
  lines.on('close', () => process.exit(0))
}

export function tell (line) {
  process.stdout.write(JSON.stringify(line) + '\n')
}
