/**
 * The shells' side of completion. They only pass on the words before the cursor: what may follow is answered by
 * `caelum __complete` from the command tree, so a script never grows stale when caelum is updated.
 */
const bash = String.raw`# caelum: completion for bash; add to ~/.bashrc:  eval "$(caelum completion bash)"
_caelum() {
  local value description
  COMPREPLY=()
  while IFS=$'\t' read -r value description; do
    if [ "$value" = ":files" ]; then
      compopt -o default 2>/dev/null
    else
      COMPREPLY+=("$value")
    fi
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _caelum caelum
`;

const zsh = String.raw`#compdef caelum
# caelum: completion for zsh; add to ~/.zshrc, after compinit:  eval "$(caelum completion zsh)"
_caelum() {
  local value description files
  local -a described
  while IFS=$'\t' read -r value description; do
    if [[ $value == :files ]]; then
      files=yes
    else
      described+=("\${value//:/\\:}:$description")
    fi
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#described )) && _describe caelum described
  [[ -n $files ]] && _files
}
if [[ $funcstack[1] == _caelum ]]; then
  _caelum "$@"
else
  compdef _caelum caelum
fi
`;

const fish = String.raw`# caelum: completion for fish; add to config.fish:  caelum completion fish | source
function __caelum_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] __complete -- $words[2..-1] 2>/dev/null)
    if string match -q ':files*' -- $line
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c caelum -f -a '(__caelum_complete)'
`;

// String.raw keeps the backslash of an escaped `${`; the shells must not see it.
const unescaped = (script: string): string => script.replaceAll("\\${", "${");

export const completionScripts = {
  bash: unescaped(bash),
  zsh: unescaped(zsh),
  fish: unescaped(fish),
} as const;
