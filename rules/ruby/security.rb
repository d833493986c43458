require "open3"

class FilesController < ApplicationController
  # ruleid: ruby.csrf-off
  skip_before_action :verify_authenticity_token
  # ok: ruby.csrf-off
  skip_before_action :require_login

  def convert(file)
    # ruleid: ruby.command-interpolation
    system("convert #{file} out.png")
    # ruleid: ruby.command-interpolation
    Open3.capture3("convert #{file}")
    # ruleid: ruby.command-interpolation
    `ls #{file}`
    # ok: ruby.command-interpolation
    system("convert", file, "out.png")
    # ok: ruby.command-interpolation
    `uptime`
  end

  def ping
    host = params[:host]
    # ruleid: ruby.params-command-taint
    system("ping -c 1 " + host)
    # ok: ruby.params-command-taint
    system("ping", "-c", "1", host)
    # ok: ruby.params-command-taint
    system("ping -c 1 " + Shellwords.escape(host))
  end

  def calculate
    # ruleid: ruby.eval
    eval("value = #{params[:expression]}")
    # ok: ruby.eval
    eval("2 + 2")
  end

  def find(name)
    # ruleid: ruby.sql-interpolation
    User.where("name = '#{name}'")
    # ruleid: ruby.sql-interpolation
    User.find_by_sql("SELECT * FROM users WHERE name = '#{name}'")
    # ok: ruby.sql-interpolation
    User.where("name = ?", name)
    # ok: ruby.sql-interpolation
    User.where(name: name)
    # ok: ruby.sql-interpolation
    connection.exec_query("SHOW TABLE STATUS LIKE #{connection.quote(name)}")
  end

  def show
    name = params[:name]
    # ruleid: ruby.params-sql-taint, ruby.sql-interpolation
    User.where("name = '#{name}'")
    number = params[:id].to_i
    # ruleid: ruby.sql-interpolation
    # ok: ruby.params-sql-taint
    User.where("id = #{number}")
    # ruleid: ruby.params-sql-taint
    User.order(params[:sort])
  end

  def restore(data)
    # ruleid: ruby.unsafe-deserialization
    Marshal.load(data)
    # ok: ruby.unsafe-deserialization
    copy = Marshal.load(Marshal.dump(self))
    # ok: ruby.unsafe-deserialization
    YAML.safe_load(data)
    copy
  end

  def download
    # ruleid: ruby.params-open-taint
    send_file("/srv/files/" + params[:file])
    # ok: ruby.params-open-taint
    send_file("/srv/files/" + File.basename(params[:file]))
  end

  def login
    # ruleid: ruby.open-redirect-taint
    redirect_to params[:next]
    # ok: ruby.open-redirect-taint
    redirect_to "/home"
  end

  def badge(user)
    # ruleid: ruby.html-safe
    "<b>#{user.name}</b>".html_safe
    # ok: ruby.html-safe
    "<b>nobody</b>".html_safe
  end

  def update
    # ruleid: ruby.mass-assignment
    User.update(params.require(:user).permit!)
    # ok: ruby.mass-assignment
    User.update(params.require(:user).permit(:name))
  end

  def fetch(http)
    # ruleid: ruby.ssl-verify-none
    http.verify_mode = OpenSSL::SSL::VERIFY_NONE
    # ok: ruby.ssl-verify-none
    http.verify_mode = OpenSSL::SSL::VERIFY_PEER
  end

  def digest(body)
    # ruleid: ruby.weak-hash
    first = Digest::MD5.hexdigest(body)
    # ok: ruby.weak-hash
    second = Digest::SHA256.hexdigest(body)
    [first, second]
  end
end
