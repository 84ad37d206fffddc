/// What a handler's process prints: read as it comes, kept until the end of its turn.
#pragma once

#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace orrery {

class HandlerOutput {
public:
    explicit HandlerOutput(boost::asio::io_context& io);
    ~HandlerOutput();
    HandlerOutput(const HandlerOutput&) = delete;
    HandlerOutput& operator=(const HandlerOutput&) = delete;

    /// Reads from this pipe from now on; closes it at the end.
    void open(int descriptor);
    void close();

    /// Takes what is in the pipe at this moment.
    void drain();
    /// Whether so much has come that nothing more is read before take(): the process is stopped by
    /// that once the pipe is full, too.
    bool full() const;
    /// What has come, which is then forgotten.
    std::string take();

private:
    class Pipe;
    std::shared_ptr<Pipe> pipe_;
};

}  // namespace orrery
