# frozen_string_literal: true

# One RSpec that stays up and runs file after file. Requests come as lines of JSON on file descriptor 4, answers go to 3.

require "json"
require "rspec/core"

module Caelum
  OWN_PROCESS = Process.pid
  OUT = IO.for_fd(3, "w", autoclose: false)
  OUT.sync = true
  OUT.close_on_exec = true

  class << self
    # What the running file has said beside its examples, and how many errors it had outside of them.
    attr_accessor :unit, :messages, :errors

    def say(message)
      # A test that forks would otherwise go on talking from its child.
      OUT.puts(JSON.generate(message)) if Process.pid == OWN_PROCESS
    end

    def clean(text)
      text.to_s.dup.force_encoding(Encoding::UTF_8).scrub
    end
  end

  class Formatter
    RSpec::Core::Formatters.register(self, :example_started, :example_passed, :example_failed, :example_pending, :message, :dump_summary)

    def initialize(_output); end

    def example_started(notification)
      Caelum.say({ type: "running", unit: Caelum.unit, title: title_of(notification.example) })
    end

    def example_passed(notification)
      tell(notification.example, "passed")
    end

    def example_failed(notification)
      example = notification.example
      tell(example, "failed", failures: [failure_of(notification)])
    end

    def example_pending(notification)
      result = notification.example.execution_result
      tell(notification.example, "skipped", reason: Caelum.clean(result.pending_message))
    end

    def message(notification)
      Caelum.messages << Caelum.clean(notification.message)
    end

    def dump_summary(summary)
      Caelum.errors += summary.errors_outside_of_examples_count
    end

    private

    # Examples without a description of their own get one when they have run.
    def title_of(example)
      groups = example.example_group.parent_groups.reverse.map { |group| Caelum.clean(group.description) }
      groups + [Caelum.clean(example.description)]
    end

    def tell(example, outcome, more = {})
      Caelum.say({
        type: "test", unit: Caelum.unit, title: title_of(example), outcome: outcome,
        ms: (example.execution_result.run_time || 0) * 1000
      }.merge(more))
    end

    def failure_of(notification)
      exception = notification.exception
      failure = {
        message: Caelum.clean(exception.message).strip.tr("\n", " ").squeeze(" "),
        details: Caelum.clean((notification.message_lines + notification.formatted_backtrace).join("\n"))
      }
      place = notification.formatted_backtrace.filter_map { |line| line.match(/\A(.+?):(\d+)/) }.first
      place ? failure.merge(file: File.expand_path(place[1]), line: place[2].to_i) : failure
    end
  end

  def self.run(unit)
    self.unit = unit["unit"]
    self.messages = []
    self.errors = 0
    say({ type: "started", unit: self.unit })
    RSpec.clear_examples
    # A file that could not be loaded would make RSpec give up on all later ones.
    %i[wants_to_quit= rspec_is_quitting= non_example_failure=].each do |flag|
      RSpec.world.public_send(flag, false) if RSpec.world.respond_to?(flag)
    end
    RSpec::Core::Runner.run(["--no-color", "--format", "Caelum::Formatter", *JSON.parse(ARGV[0] || "[]"), unit["file"]])
    return say({ type: "ended", unit: self.unit, end: "done" }) if errors.zero?

    text = messages.join("\n").strip
    headline = text.lines.map(&:strip).reject(&:empty?).find { |line| line.match?(/Error|error|Failure/) && !line.start_with?("An error") }
    failure = { message: headline || "an error outside of examples", details: text }
    say({ type: "ended", unit: self.unit, end: "broken", failure: failure })
  end
end

# Ruby's own measure, begun before any file of the project is loaded; SimpleCov joins in where one is running.
module CaelumCoverage
  class << self
    def write(prefix, root)
      files = Coverage.peek_result.select { |file, _| file.start_with?("#{root}/") && !file.include?("/vendor/bundle/") }
      text = files.map { |file, measured| record(file, measured) }.join
      File.write("#{prefix}-#{Process.pid}-#{Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)}.lcov", text)
    end

    private

    def record(file, measured)
      methods = measured[:methods].map { |(_, name, line), times| [line, name, times] }.group_by { |line, name, _| [line, name] }
      lines = measured[:lines].each_with_index.filter_map { |times, at| "DA:#{at + 1},#{times}" unless times.nil? }
      functions = methods.flat_map { |(line, name), all| ["FN:#{line},#{name}", "FNDA:#{all.sum { |_, _, times| times }},#{name}"] }
      branches = measured[:branches].flat_map do |(_, block, line), ways|
        ways.map { |(_, way), times| "BRDA:#{line},#{block},#{way},#{times}" }
      end
      (["SF:#{file}"] + functions + branches + lines + ["end_of_record", ""]).join("\n")
    end
  end
end

measured = ENV.delete("CAELUM_COVERAGE")
unless measured.nil?
  require "coverage"
  Coverage.start(lines: true, branches: true, methods: true)
end

if Signal.list.key?("USR1")
  trap("USR1") do
    Thread.list.each { |thread| $stderr.puts("#{thread.inspect}:", *(thread.backtrace || []).map { |line| "    #{line}" }) }
    $stderr.puts("end of stacks")
  end
end

Caelum.say({ type: "ready" })
IO.for_fd(4, "r", autoclose: false).each_line do |line|
  JSON.parse(line)["units"].each { |unit| Caelum.run(unit) }
  Caelum.say({ type: "idle" })
end
CaelumCoverage.write(measured, Dir.pwd) unless measured.nil?
# Hooks that run at the exit of a process would start RSpec once more.
RSpec::Core::Runner.disable_autorun!
exit(0)
