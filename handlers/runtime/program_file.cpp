#include "handlers/runtime/program_file.h"

#include <elf.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

namespace orrery {

namespace {

#if defined(__x86_64__)
constexpr Elf64_Half own_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half own_machine = EM_AARCH64;
#endif

template <typename Part>
bool read_at(std::ifstream& file, std::uint64_t place, Part& part) {
    file.seekg(static_cast<std::streamoff>(place));
    return bool(file.read(reinterpret_cast<char*>(&part), sizeof part));
}

/// The dynamic linker that a program asks for: its PT_INTERP. Empty: none.
std::string linker_of(std::ifstream& file, const Elf64_Ehdr& header) {
    for (unsigned index = 0; index < header.e_phnum; ++index) {
        Elf64_Phdr segment{};
        if (!read_at(file, header.e_phoff + index * sizeof segment, segment)) {
            return {};
        }
        constexpr std::uint64_t longest_path = 4096;
        if (segment.p_type == PT_INTERP && segment.p_filesz <= longest_path) {
            std::string path(segment.p_filesz, '\0');
            file.seekg(static_cast<std::streamoff>(segment.p_offset));
            file.read(path.data(), static_cast<std::streamsize>(path.size()));
            return path.c_str();
        }
    }
    return {};
}

/// Go's linker gives each program this section, which stripping leaves. [golang: debug/buildinfo]
bool is_of_go(std::ifstream& file, const Elf64_Ehdr& header) {
    file.clear();
    Elf64_Shdr names{};
    if (!read_at(file, header.e_shoff + header.e_shstrndx * sizeof names, names)) {
        return false;
    }
    for (unsigned index = 0; index < header.e_shnum; ++index) {
        constexpr std::string_view wanted(".go.buildinfo\0", 14);
        Elf64_Shdr section{};
        char name[wanted.size()]{};
        file.clear();
        if (read_at(file, header.e_shoff + index * sizeof section, section) &&
            read_at(file, names.sh_offset + section.sh_name, name) &&
            std::string_view(name, sizeof name) == wanted) {
            return true;
        }
    }
    return false;
}

ProgramKind kind_of_script(std::ifstream& file) {
    file.seekg(2);
    std::string interpreter;
    file >> interpreter;
    const bool is_path = interpreter.starts_with('/');
    return is_path ? kind_of_program(interpreter) : ProgramKind::foreign;
}

}  // namespace

ProgramKind kind_of_program(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        return ProgramKind::missing;
    }
    if (::access(path.c_str(), X_OK) != 0) {
        return ProgramKind::not_executable;
    }
    std::ifstream file(path, std::ios::binary);
    Elf64_Ehdr header{};
    char start[2]{};
    if (read_at(file, 0, start) && start[0] == '#' && start[1] == '!') {
        return kind_of_script(file);
    }
    file.clear();
    if (!read_at(file, 0, header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != own_machine) {
        return ProgramKind::foreign;
    }
    const std::string linker = linker_of(file, header);
    return linker.empty() || linker.find("musl") != std::string::npos || is_of_go(file, header)
               ? ProgramKind::without_shim
               : ProgramKind::dynamic;
}

}  // namespace orrery
