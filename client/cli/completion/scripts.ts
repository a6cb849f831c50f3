/**
 * Scripts that make a shell ask `ingitdb __complete -- WORDS` for what may come next. An answer is a line for each candidate, `VALUE<TAB>DESCRIPTION`;
 * a last line `:files` or `:dirs` asks for paths. A candidate that ends in `/`, `=` or `,` wants more, and gets no blank after it.
 */
export const completionScripts = {
  bash: String.raw`# bash completion of ingitdb: source <(ingitdb completion bash)
_ingitdb() {
  local line value current=${'$'}{COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default 2>/dev/null; return ;;
      :dirs)
        compopt -o filenames 2>/dev/null
        while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -d -- "$current")
        return ;;
    esac
    value=${'$'}{line%%$'\t'*}
    case $value in *[/=,]) compopt -o nospace 2>/dev/null ;; esac
    printf -v value %q "$value"
    COMPREPLY+=("$value")
  done < <("${'$'}{COMP_WORDS[0]}" __complete -- "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _ingitdb ingitdb ingitdb-go
`,
  zsh: String.raw`#compdef ingitdb ingitdb-go
# zsh completion of ingitdb: source <(ingitdb completion zsh), after compinit
_ingitdb() {
  local line value
  local -a lines whole_values whole_lines open_values open_lines
  lines=("${'$'}{(@f)$("${'$'}{(Q)words[1]}" __complete -- "${'$'}{(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "${'$'}{lines[@]}"; do
    case $line in
      '') continue ;;
      :files) _files; return ;;
      :dirs) _files -/; return ;;
    esac
    value=${'$'}{line%%$'\t'*}
    if [[ $value == *[/=,] ]]; then
      open_values+=("$value"); open_lines+=("${'$'}{line/$'\t'/  -- }")
    else
      whole_values+=("$value"); whole_lines+=("${'$'}{line/$'\t'/  -- }")
    fi
  done
  (( ${'$'}{#whole_values} )) && compadd -l -d whole_lines -a whole_values
  (( ${'$'}{#open_values} )) && compadd -l -S '' -d open_lines -a open_values
}
compdef _ingitdb ingitdb ingitdb-go
`,
  fish: `# fish completion of ingitdb: ingitdb completion fish | source
function __ingitdb_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] __complete -- $words[2..] 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (commandline -ct)
            case :dirs
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c ingitdb -f -a '(__ingitdb_complete)'
complete -c ingitdb-go -f -a '(__ingitdb_complete)'
`,
  powershell: String.raw`# PowerShell completion of ingitdb: ingitdb completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ingitdb, ingitdb-go -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
    $program, $before = $words
    if ($null -eq $program) { return }
    $current = if ($wordToComplete -eq '') { '""' } else { $wordToComplete }
    & $program __complete '--' @before $current 2>$null | ForEach-Object {
        if ($_ -eq ':files' -or $_ -eq ':dirs') {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
        } elseif ($_ -ne '') {
            $value, $description = $_ -split [char]9, 2
            $text = if ($value -match '[\s''"(){};,|&<>@#$]') { "'" + ($value -replace "'", "''") + "'" } else { $value }
            if (-not $description) { $description = $value }
            [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $description)
        }
    }
}
`,
} as const
